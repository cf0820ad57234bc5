"""All rows of one project and of one person's account, as they are."""

import json
from typing import Any, NamedTuple

from sqlalchemy import text

from app.db.base import Base
from app.db.session import unit_of_work

OF_ACCOUNTS = ("users", "tokens", "sessions", "password_links")


class Row(NamedTuple):
    """A row of a table, and the two columns by which it is looked for, where it has them."""

    table: str
    text: str
    id: str | None
    user_id: str | None


def belongings(project: str, user: str) -> tuple[set[str], set[str]]:
    """Their ids, and the rows themselves. The project's are all that name it, or one that does, and so on."""
    everything = _everything()
    account = [row for row in everything if row.table in OF_ACCOUNTS and user in (row.id, row.user_id)]
    others = [row for row in everything if row.table not in OF_ACCOUNTS]
    ids, found = {project}, set[Row]()
    while True:
        more = {row for row in others if any(one in row.text for one in ids)}
        if more == found:
            break
        found = more
        ids |= {row.id for row in found if row.id}
    ids |= {row.id for row in account if row.id and row.id != user}
    return ids, {f"{row.table} {row.text}" for row in [*found, *account]}


def _everything() -> list[Row]:
    with unit_of_work() as work:
        return [
            Row(table.name, json.dumps(row, sort_keys=True), _id_of(row), row.get("user_id"))
            for table in Base.metadata.sorted_tables
            for row in work.session.scalars(text(f'SELECT to_jsonb(t) FROM "{table.name}" t'))
        ]


def _id_of(row: dict[str, Any]) -> str | None:
    """The row's id, unless it is a number: that stands in other rows' texts by chance."""
    key = row.get("id")
    return key if isinstance(key, str) else None

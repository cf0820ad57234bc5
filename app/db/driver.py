"""Plain SQL for what annotators wait for: mapped objects would take several times the CPU.

Such work is written as steps: a generator that yields statements and gets their rows. So it runs in a session
of SQLAlchemy, beside mapped objects, as well as on a connection of the event loop, which needs no thread.
See docs/decisions/0027-plain-sql-where-people-wait.md.
"""

import re
from collections.abc import Generator, Iterable, Sequence
from functools import cache
from typing import Any, LiteralString, TypeVar

from psycopg.sql import SQL, Identifier
from sqlalchemy import Row
from sqlalchemy.orm import Session

from app.db.loop_pool import Connection, Record

T = TypeVar("T")
_NAME = re.compile(r"%\((\w+)\)s")
Rows = Sequence[tuple[Any, ...]] | Sequence[Row[*tuple[Any, ...]]] | Sequence[Record]
# Yields SQL, in which `%(name)s` stands for a value, and values; statements that return nothing have no rows.
Steps = Generator[tuple[LiteralString, dict[str, Any]], Rows, T]


def take(session: Session, steps: Steps[T]) -> T:
    """Take the steps in the session's transaction."""
    connection = session.connection()
    rows: Rows = ()
    try:
        statement = next(steps)
        while True:
            result = connection.exec_driver_sql(*statement)
            rows = result.all() if result.returns_rows else ()
            statement = steps.send(rows)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]


async def take_in_loop(connection: Connection, steps: Steps[T]) -> T:
    """Take the steps on a connection of the event loop, in its transaction if one was begun."""
    try:
        sql, values = next(steps)
        while True:
            numbered, names = _numbered(sql)
            rows = await connection.fetch(numbered, *[values[name] for name in names])
            sql, values = steps.send(rows)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]


@cache
def _numbered(sql: str) -> tuple[str, tuple[str, ...]]:
    """Return a statement with `$1`, `$2` in place of names, and the names in this order."""
    numbers = {name: f"${number}" for number, name in enumerate(dict.fromkeys(_NAME.findall(sql)), 1)}
    return _NAME.sub(lambda found: numbers[found[1]], sql), tuple(numbers)


def copy_rows(
    session: Session, table: str, columns: Sequence[str], types: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Add many rows in the session's transaction, by COPY: a tenth of the time of statements."""
    raw = session.connection().connection.driver_connection
    assert raw is not None  # noqa: S101  # it is, while the session has its connection
    into = SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        Identifier(table), SQL(", ").join(map(Identifier, columns))
    )
    with raw.cursor() as cursor, cursor.copy(into) as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)

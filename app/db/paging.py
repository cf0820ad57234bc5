"""Paging by cursor: stable under inserts, and no slower on the last page than on the first."""

import base64
import json
from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Label, Row, Select, Uuid, any_, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.domain.errors import Invalid
from app.domain.storable import MOST_INTEGER, without_nul

R = TypeVar("R", bound=Sequence[Any])
Key = ColumnElement[Any] | InstrumentedAttribute[Any]


def read_page(
    session: Session,
    query: Select[*tuple[Any, ...]],
    keys: Sequence[Key],
    cursor: str | None,
    limit: int,
    *,
    descending: bool = False,
    within: Key | None = None,
) -> tuple[list[Row[*tuple[Any, ...]]], str | None]:
    """Return at most `limit` rows after `cursor` in the order of `keys`, and the next cursor.

    `keys` must be unique together and never null. `within` is as in `of_one`. Raises Invalid on a cursor that
    is not ours.
    """
    after = decode(cursor, keys) if cursor else None
    rows = read_after(session, query, keys, after, limit + 1, descending=descending, within=within)
    return cut(rows, len(keys), limit)


def read_after(
    session: Session,
    query: Select[*tuple[Any, ...]],
    keys: Sequence[Key],
    after: Sequence[Any] | None,
    most: int,
    *,
    descending: bool,
    within: Key | None = None,
) -> list[Row[*tuple[Any, ...]]]:
    """Return at most so many rows after some values of the keys; the keys are their last columns."""
    keyed: Select[*tuple[Any, ...]] = query.add_columns(*_labelled(keys))
    ordered = _ordered(keyed, keys, after, descending=descending, within=within)
    return list(session.execute(ordered.limit(most)).all())


def look_through(
    session: Session,
    query: Select[*tuple[Any, ...]],
    keys: Sequence[Key],
    after: Sequence[Any] | None,
    most: int,
    *,
    met: ColumnElement[bool],
    among: int,
    descending: bool,
    within: Key | None = None,
) -> tuple[list[list[Any]], list[Any] | None]:
    """Return the keys of at most `most` rows that meet a condition which no index knows.

    So many are looked at, `among`, after some values of the keys; if there are as many, the keys of the last
    one are returned, too.
    """
    keyed: Select[*tuple[Any, ...]] = query.with_only_columns(
        *_labelled(keys), met.label("met"), maintain_column_froms=True
    )
    ordered = _ordered(keyed, keys, after, descending=descending, within=within)
    looked = ordered.limit(among).subquery()
    found = [looked.c[key.name] for key in _labelled(keys)]
    order = [key.desc() for key in found] if descending else found
    told: Select[*tuple[Any, ...]] = select(*found).order_by(*order)
    rows = session.execute(told.where(looked.c.met).limit(most)).all()
    last = session.execute(told.offset(among - 1).limit(1)).one_or_none()
    return [list(row) for row in rows], list(last) if last else None


def _labelled(keys: Sequence[Key]) -> list[Label[Any]]:
    return [key.label(f"page_key_{number}") for number, key in enumerate(keys)]


def _ordered(
    query: Select[*tuple[Any, ...]],
    keys: Sequence[Key],
    after: Sequence[Any] | None,
    *,
    descending: bool,
    within: Key | None,
) -> Select[*tuple[Any, ...]]:
    if after:
        values = [literal(value, key.type) for value, key in zip(after, keys, strict=True)]
        here, there = tuple_(*keys), tuple_(*values)
        query = query.where(here < there if descending else here > there)
    order = keys if within is None else [within, *keys]
    return query.order_by(*([key.desc() for key in order] if descending else order))


def of_one(owner: Key, key: UUID) -> ColumnElement[bool]:
    """The condition that rows have one owner, to be read `within` it, off an index that begins with both.

    By `=` the planner would leave the owner out of the order; and where one owner has most of the rows, it
    would read those of others by the rest of the order, until it meets one of theirs.
    """
    return owner == any_(literal([key], ARRAY(Uuid())))


def cut(rows: list[R], keys: int, limit: int) -> tuple[list[R], str | None]:
    """Return the first `limit` rows, and the cursor to those behind them, if there are any.

    So many columns at the end of each row are keys.
    """
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], encode(list(rows[limit - 1][-keys:]))


def encode(values: Sequence[Any]) -> str:
    """Return the cursor to what comes after these values of the keys."""
    return base64.urlsafe_b64encode(json.dumps(values, default=str).encode()).decode().rstrip("=")


def decode(cursor: str, keys: Sequence[Key]) -> list[Any]:
    """Return the values of the keys that a cursor holds; raises Invalid on one that is not ours."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(keys):
            raise ValueError("wrong number of keys")
        return [_value(key.type.python_type, value) for value, key in zip(values, keys, strict=True)]
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise Invalid("The cursor is not one that this list gave out.", field="cursor") from error


def _value(kind: type[Any], said: Any) -> Any:
    """Return what a cursor says of a key as its type; raises ValueError, TypeError if no row can have it."""
    value = kind(without_nul(said))
    if isinstance(value, int) and abs(value) > MOST_INTEGER:
        raise ValueError("no integer of a row")
    if isinstance(value, str):
        if not isinstance(said, str):
            raise ValueError("no text of a row")
        value.encode()  # lone surrogates are no text either
    return value

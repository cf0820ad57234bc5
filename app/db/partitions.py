"""Tables in one partition a month: made ahead, and dropped when their month is long over.

A partition is called after its month in UTC, `job_lines_2026_11`. What comes for a month that has none,
because nobody made them for a quarter of a year, waits in `job_lines_rest`.
"""

import re
from datetime import UTC, datetime

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from app.db.base import Base

MONTHS_AHEAD = 3
_NAME = re.compile(r"(\w+)_(?:(\d{4})_(\d{2})|rest)")
_LOCK = 0x6E62_0003  # several sweeps may come to it at once
# New and old partitions lock for a moment what their foreign keys point to. Nobody shall queue behind that.
_PATIENCE = text("SET LOCAL lock_timeout = '2s'")
_CHILDREN = text("""
SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
WHERE inhparent = to_regclass(:table) ORDER BY 1
""")


def partitioned() -> list[str]:
    """Return the names of all tables in partitions."""
    tables = Base.metadata.sorted_tables
    return [table.name for table in tables if table.dialect_options["postgresql"]["partition_by"]]


def is_partition(name: str) -> bool:
    """Tell whether a table is a part of another one."""
    found = _NAME.fullmatch(name)
    return found is not None and found[1] in partitioned()


def make_ahead(session: Session, now: datetime) -> list[str]:
    """Make what is missing of this month's partitions and those of the next; returns their names.

    A month of which rows wait in the rest already goes without: they would have to move.
    """
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    made = []
    for table in partitioned():
        there = _children(session, table)
        for months in range(MONTHS_AHEAD + 1):
            begin, end = _month(now, months), _month(now, months + 1)
            name = f"{table}_{begin:%Y_%m}"
            if name not in there and not _waits(session, table, begin, end):
                _make(session, table, name, begin, end)
                made.append(name)
    return made


def drop_before(session: Session, table: str, before: datetime, *, really: bool = True) -> list[str]:
    """Drop the partitions all of whose rows are older, and delete such rows of the rest; returns the names.

    Without `really`, only tell.
    """
    old = []
    for name in _children(session, table):
        month = _NAME.fullmatch(name)
        if month and month[2] and _month(datetime(int(month[2]), int(month[3]), 1, tzinfo=UTC), 1) <= before:
            old.append(name)
    if really:
        for name in old:
            session.execute(_PATIENCE)
            session.execute(text(f'DROP TABLE "{name}"'))
        rest = Base.metadata.tables[table]
        waits = _waits(session, table, datetime.min.replace(tzinfo=UTC), before)
        if waits:
            session.execute(delete(rest).where(rest.c.at < before))
    return old


def _children(session: Session, table: str) -> list[str]:
    return list(session.scalars(_CHILDREN, {"table": table}))


def _waits(session: Session, table: str, begin: datetime, end: datetime) -> bool:
    """Tell whether the rest has rows of a time."""
    rest = f'"{table}_rest"'
    query = text(f"SELECT EXISTS (SELECT FROM {rest} WHERE at >= :begin AND at < :end)")  # noqa: S608
    return bool(session.scalar(query, {"begin": begin, "end": end}))


def _make(session: Session, table: str, name: str, begin: datetime, end: datetime) -> None:
    session.execute(_PATIENCE)
    # Attached, not made in place: that locks out nobody who reads or writes the table meanwhile.
    session.execute(text(f'CREATE TABLE "{name}" (LIKE "{table}" INCLUDING DEFAULTS INCLUDING CONSTRAINTS)'))
    session.execute(
        text(
            f'ALTER TABLE "{table}" ATTACH PARTITION "{name}"'
            f" FOR VALUES FROM ('{begin.isoformat()}') TO ('{end.isoformat()}')"
        )
    )


def _month(at: datetime, later: int) -> datetime:
    """Return the beginning of a month, as many months after that of a time."""
    count = at.astimezone(UTC).year * 12 + at.astimezone(UTC).month - 1 + later
    return datetime(count // 12, count % 12 + 1, 1, tzinfo=UTC)

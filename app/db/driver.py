"""Plain SQL for what annotators wait for: mapped objects would take several times the CPU.

See docs/decisions/0027-plain-sql-where-people-wait.md.
"""

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

from sqlalchemy import Row
from sqlalchemy.orm import Session


def rows(session: Session, sql: LiteralString, values: Mapping[str, Any]) -> Sequence[Row[*tuple[Any, ...]]]:
    """Run a statement in the session's transaction; `%(name)s` stands for a value."""
    return session.connection().exec_driver_sql(sql, dict(values)).all()


def run(session: Session, sql: LiteralString, values: Mapping[str, Any]) -> None:
    """Run a statement that returns nothing."""
    session.connection().exec_driver_sql(sql, dict(values))

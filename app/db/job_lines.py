"""The log of a job: its last lines, written as it goes, so that they outlive its process."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.db.models import JobLine
from app.domain.enums import LogLevel

MOST_LINES = 2000
MOST_BYTES = 2000


@dataclass(frozen=True)
class Line:
    """One line of a log."""

    at: datetime
    level: LogLevel
    text: str


def lines_of(level: LogLevel, text: str) -> list[Line]:
    """Return a text, which a traceback may make long, as lines of now."""
    now = datetime.now(UTC)
    return [Line(now, level, line) for line in text.splitlines() or [""]]


def add(session: Session, job_id: UUID, lines: Sequence[Line]) -> None:
    """Write lines, cut where they are too long, and forget the oldest beyond those that are kept.

    No fence: a process that has lost its claim may say so.
    """
    if not lines:
        return
    rows = [
        {"job_id": job_id, "at": line.at, "level": line.level, "text": _cut(line.text)}
        for line in lines[-MOST_LINES:]
    ]
    session.execute(insert(JobLine), rows)
    beyond = (
        select(JobLine.number)
        .where(JobLine.job_id == job_id)
        .order_by(JobLine.number.desc())
        .offset(MOST_LINES)
        .limit(1)
        .scalar_subquery()
    )
    session.execute(
        delete(JobLine)
        .where(JobLine.job_id == job_id, JobLine.number <= beyond)
        .execution_options(synchronize_session=False)
    )


def after(session: Session, job_id: UUID, number: int, limit: int) -> list[JobLine]:
    """Return at most `limit` lines after one, the oldest first."""
    query = select(JobLine).where(JobLine.job_id == job_id, JobLine.number > number)
    return list(session.scalars(query.order_by(JobLine.number).limit(limit)))


def _cut(text: str) -> str:
    # PostgreSQL takes no zero bytes in a text, and no halves of surrogates.
    data = text.replace("\0", "").encode(errors="replace")
    return data.decode() if len(data) <= MOST_BYTES else f"{data[:MOST_BYTES].decode(errors='ignore')} …"

"""Background work."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from app.domain.enums import JobKind, JobStatus, LogLevel
from app.schemas.base import Out, Said


class JobOut(Out):
    """One piece of background work."""

    id: UUID
    project_id: UUID
    kind: JobKind
    status: JobStatus
    progress: float = Field(ge=0, le=1)
    message: str
    error: str | None
    said: Said = Field({}, description="the sentences of `message` and `error`")
    result: dict[str, Any]
    attempts: int
    cancel_requested: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class JobListed(JobOut):
    """A job in the list of a project's jobs."""

    asked_by: str | None = Field(description="name of whoever asked for it; null: it began by itself")


class LogLine(Out):
    """One line of a job's log."""

    number: int = Field(description="rises from line to line, with gaps")
    at: datetime
    level: LogLevel
    text: str


class LogOut(Out):
    """Lines of a job's log, oldest first. The last 2,000 are kept, each of at most 2,000 bytes."""

    items: list[LogLine]


class JobAccepted(Out):
    """Long work was accepted; follow the job."""

    job: JobOut

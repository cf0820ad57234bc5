"""Background work."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from app.domain.enums import JobKind, JobStatus
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


class JobAccepted(Out):
    """Long work was accepted; follow the job."""

    job: JobOut

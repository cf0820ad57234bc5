"""Background work, and who does it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, HasId
from app.db.models.columns import ref
from app.domain import enums


class Job(HasId, Base):
    """One piece of background work; the row is the truth, the message only a reminder."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index("ix_jobs_project_id_id", "project_id", "id"),
        Index("ix_jobs_live", "status", postgresql_where=text("status IN ('QUEUED', 'RUNNING')")),
        CheckConstraint("progress >= 0 AND progress <= 1", name="progress_range"),
    )
    project_id: Mapped[UUID] = ref("projects.id")
    user_id: Mapped[UUID | None] = ref("users.id", on_delete="SET NULL")
    kind: Mapped[enums.JobKind]
    status: Mapped[enums.JobStatus] = mapped_column(default=enums.JobStatus.QUEUED)
    # The id of the request that asked for it, or for the job that it follows; lines of logs have it, too.
    request_id: Mapped[str | None]
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    progress: Mapped[float] = mapped_column(default=0.0)
    message: Mapped[str] = mapped_column(default="")
    error: Mapped[str | None]
    # The sentences of `message` and `error`, in parts that other languages are made of (app.domain.said).
    said: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # What the next attempt goes on from, where that is not a file.
    checkpoint: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    fence: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    sent_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None] = mapped_column(index=True)


class JobShard(Base):
    """A fixed part of a running job's work, which any worker may do, known by what it asks.

    `asked_sha256` and `result_sha256` are files in the blob store. Whoever does it holds it as `worker`,
    under a fence of its own.
    """

    __tablename__ = "job_shards"
    __table_args__ = (Index("ix_job_shards_waiting", "job_id", "number", postgresql_where=text("NOT done")),)
    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    asked_sha256: Mapped[str] = mapped_column(primary_key=True)
    project_id: Mapped[UUID] = ref("projects.id", index=True)
    number: Mapped[int]
    worker: Mapped[str | None]
    beat_at: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    result_sha256: Mapped[str | None]
    done: Mapped[bool] = mapped_column(default=False)


class JobLine(Base):
    """One line of a job's log. Numbers rise with time over all jobs; a job keeps its last lines only.

    In one partition a month (`app.db.partitions`), so that old ones go at no cost.
    """

    __tablename__ = "job_lines"
    __table_args__ = (
        Index("ix_job_lines_job_id_number", "job_id", "number"),
        {"postgresql_partition_by": "RANGE (at)"},
    )
    number: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    job_id: Mapped[UUID] = ref("jobs.id")
    at: Mapped[datetime] = mapped_column(primary_key=True)
    level: Mapped[enums.LogLevel]
    text: Mapped[str]


class WorkerHeartbeat(Base):
    """When a worker process was heard of last."""

    __tablename__ = "worker_heartbeats"
    name: Mapped[str] = mapped_column(primary_key=True)
    beat_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)
    gpus: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))

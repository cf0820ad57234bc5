"""What is made of a project for use elsewhere: files, and replays of its labels."""

from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, HasId
from app.db.models.columns import ref
from app.domain import enums


class Export(HasId, Base):
    """A file of labels, or of a task model."""

    __tablename__ = "exports"
    project_id: Mapped[UUID] = ref("projects.id", index=True)
    job_id: Mapped[UUID] = ref("jobs.id")
    model_id: Mapped[UUID | None] = ref("models.id")
    format: Mapped[enums.ExportFormat]
    images: Mapped[bool] = mapped_column(default=False)
    sha256: Mapped[str | None]
    rows: Mapped[int | None]


class Backtest(HasId, Base):
    """A replay of known labels under several plans, and what it found."""

    __tablename__ = "backtests"
    __table_args__ = (Index("ix_backtests_project_id_id", "project_id", "id"),)
    project_id: Mapped[UUID] = ref("projects.id")
    job_id: Mapped[UUID] = ref("jobs.id")
    config: Mapped[dict[str, Any]] = mapped_column(default=dict)
    summary: Mapped[dict[str, Any]] = mapped_column(default=dict)
    report_sha256: Mapped[str | None]
    page_sha256: Mapped[str | None]

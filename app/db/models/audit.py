"""Who changed what."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, func
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, new_id
from app.domain import enums


class AuditEvent(Base):
    """Who changed what, of a project or of the server; never changed, never deleted.

    It outlasts what it tells of, and so refers to nothing. In one partition a month, as `JobLine` is.
    """

    __tablename__ = "audit_events"
    __table_args__ = (
        Index("ix_audit_events_project_id_id", "project_id", "id"),
        {"postgresql_partition_by": "RANGE (at)"},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(primary_key=True, server_default=func.now())
    user_id: Mapped[UUID | None]
    project_id: Mapped[UUID | None]
    subject_id: Mapped[UUID | None]
    action: Mapped[enums.AuditAction]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)

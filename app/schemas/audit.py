"""Audit events."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from app.domain.enums import AuditAction
from app.schemas.base import Out


class AuditEventOut(Out):
    """A change of a project or of the server: who made it, when, and what it changed."""

    id: UUID
    at: datetime
    project_id: UUID | None = Field(description="null: of the server")
    user_id: UUID | None = Field(description="null: a command, or the service itself")
    user: str | None = Field(description="the person's name of now")
    action: AuditAction
    subject_id: UUID | None = Field(description="what was changed: a member, a token, an image, ...")
    details: dict[str, Any] = Field(
        description="`name` of the subject; `before` and `after` of the fields that changed"
    )

"""Projects and who takes part in them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, HasId
from app.db.models.columns import ref
from app.domain import enums


class Project(HasId, Base):
    """A pool of images, a label schema and their history."""

    __tablename__ = "projects"
    name: Mapped[str]
    task: Mapped[enums.ProjectTask] = mapped_column()
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # Gone for everybody; its owners may bring it back for a while (app.domain.deletion).
    deleted_at: Mapped[datetime | None]


class Member(Base):
    """The role of a user in a project."""

    __tablename__ = "members"
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[enums.Role]


class Invitation(HasId, Base):
    """A link that makes one person a member, once; its secret is stored hashed."""

    __tablename__ = "invitations"
    project_id: Mapped[UUID] = ref("projects.id", index=True)
    invited_by_id: Mapped[UUID | None] = ref("users.id", on_delete="SET NULL")
    role: Mapped[enums.Role]
    secret_hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by_id: Mapped[UUID | None] = ref("users.id", on_delete="SET NULL")
    revoked_at: Mapped[datetime | None]

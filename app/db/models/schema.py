"""A project's label schema, its history, and what tells annotators how to use it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, HasId
from app.db.models.columns import ref
from app.domain import enums


class Class(HasId, Base):
    """One entry of a project's label schema.

    The row stays when the class is merged into another one or removed: answers and models go on naming it.
    """

    __tablename__ = "classes"
    __table_args__ = (
        Index(
            "uq_classes_live_name",
            "project_id",
            "name",
            unique=True,
            postgresql_where=text("merged_into_id IS NULL AND removed_at IS NULL"),
        ),
        Index("ix_classes_project_id", "project_id"),
    )
    project_id: Mapped[UUID] = ref("projects.id")
    name: Mapped[str]
    former_names: Mapped[list[str]] = mapped_column(default=list)
    color: Mapped[str]
    hotkey: Mapped[str | None]
    guideline: Mapped[str] = mapped_column(default="")
    position: Mapped[int]
    merged_into_id: Mapped[UUID | None] = ref("classes.id", on_delete="NO ACTION")
    removed_at: Mapped[datetime | None]


class SchemaChange(HasId, Base):
    """One change of a label schema: who made it, and the fields it changed."""

    __tablename__ = "schema_changes"
    __table_args__ = (Index("ix_schema_changes_project_id_id", "project_id", "id"),)
    project_id: Mapped[UUID] = ref("projects.id")
    user_id: Mapped[UUID | None] = ref("users.id", on_delete="SET NULL")
    class_id: Mapped[UUID] = ref("classes.id", on_delete="NO ACTION")
    kind: Mapped[enums.SchemaChangeKind]
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)


class MergedLabel(Base):
    """A label that a merge gave to another class; while `updated_at` is still the label's, it can go back."""

    __tablename__ = "merged_labels"
    change_id: Mapped[UUID] = mapped_column(
        ForeignKey("schema_changes.id", ondelete="CASCADE"), primary_key=True
    )
    image_id: Mapped[UUID] = mapped_column(
        ForeignKey("images.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    updated_at: Mapped[datetime]


class Guideline(HasId, Base):
    """One revision of a project's guidelines, in Markdown; the newest holds. Never changed or deleted."""

    __tablename__ = "guidelines"
    __table_args__ = (Index("ix_guidelines_project_id_id", "project_id", "id"),)
    project_id: Mapped[UUID] = ref("projects.id")
    user_id: Mapped[UUID | None] = ref("users.id", on_delete="SET NULL")
    text: Mapped[str]


class GuidelineReading(Base):
    """When somebody read a project's guidelines last."""

    __tablename__ = "guideline_readings"
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    read_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ClassExample(HasId, Base):
    """A labelled image that shows what a class is, or is not."""

    __tablename__ = "class_examples"
    __table_args__ = (UniqueConstraint("class_id", "image_id"),)
    project_id: Mapped[UUID] = ref("projects.id", index=True)
    class_id: Mapped[UUID] = ref("classes.id")
    image_id: Mapped[UUID] = ref("images.id", index=True)
    kind: Mapped[enums.ExampleKind]
    caption: Mapped[str] = mapped_column(default="")

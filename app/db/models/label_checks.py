"""Searches for labels that are probably wrong."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, HasId
from app.db.models.columns import ref


class LabelCheck(HasId, Base):
    """A search for labels that are probably wrong."""

    __tablename__ = "label_checks"
    __table_args__ = (Index("ix_label_checks_project_id_id", "project_id", "id"),)
    project_id: Mapped[UUID] = ref("projects.id")
    job_id: Mapped[UUID] = ref("jobs.id")
    folds: Mapped[int]
    checked: Mapped[int | None]
    left_out: Mapped[int | None]
    agreement: Mapped[float | None]


class Suspect(Base):
    """A label that a check doubts, and the review that settled it."""

    __tablename__ = "suspects"
    __table_args__ = (UniqueConstraint("label_check_id", "position"),)
    label_check_id: Mapped[UUID] = mapped_column(
        ForeignKey("label_checks.id", ondelete="CASCADE"), primary_key=True
    )
    image_id: Mapped[UUID] = mapped_column(
        ForeignKey("images.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int]
    class_id: Mapped[UUID] = ref("classes.id", on_delete="CASCADE")
    suggested_class_id: Mapped[UUID] = ref("classes.id", on_delete="CASCADE")
    score: Mapped[float]
    confidence: Mapped[float]
    review_id: Mapped[UUID | None] = ref("reviews.id", on_delete="SET NULL")

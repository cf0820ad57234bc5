"""What people are asked and what they say."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, HasId
from app.db.models.columns import one_or_set, ref
from app.domain import enums


class Assignment(HasId, Base):
    """A queue item leased to one annotator until a time; whoever gets it again has the same one again.

    Or a control item, in its place.
    """

    __tablename__ = "assignments"
    __table_args__ = (
        UniqueConstraint("queue_item_id", "user_id"),
        UniqueConstraint("control_item_id"),
        CheckConstraint("num_nonnulls(queue_item_id, control_item_id) = 1", name="one_item"),
        # What somebody holds, which every lease begins with, however much they have answered. One index: of
        # two, a plan that was made while there were few rows may take the wrong one.
        Index("ix_assignments_user_id_state", "user_id", "state"),
    )
    queue_item_id: Mapped[UUID | None] = ref("queue_items.id")
    control_item_id: Mapped[UUID | None] = ref("control_items.id")
    user_id: Mapped[UUID] = ref("users.id")
    state: Mapped[enums.AssignmentState] = mapped_column(default=enums.AssignmentState.LEASED)
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    comment: Mapped[str | None]
    suggestion: Mapped[enums.Shown | None]


class Annotation(HasId, Base):
    """One revision of one annotator's answer for one image.

    Never changed, never deleted; that it was taken back is all that may be added later.
    """

    __tablename__ = "annotations"
    __table_args__ = (
        UniqueConstraint("assignment_id", "revision"),
        Index("ix_annotations_project_id_id", "project_id", "id"),
        Index("ix_annotations_person", "project_id", "user_id", "id"),
        Index("ix_annotations_flagged", "project_id", "image_id", postgresql_where=text("flagged")),
        one_or_set(),
    )
    project_id: Mapped[UUID] = ref("projects.id")
    image_id: Mapped[UUID] = ref("images.id", index=True)
    assignment_id: Mapped[UUID] = ref("assignments.id")
    user_id: Mapped[UUID] = ref("users.id", on_delete="NO ACTION")
    class_id: Mapped[UUID | None] = ref("classes.id", on_delete="NO ACTION")
    class_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))
    revision: Mapped[int]
    elapsed_ms: Mapped[int | None]
    note: Mapped[str | None]
    flagged: Mapped[bool] = mapped_column(default=False)
    retracted_at: Mapped[datetime | None]


class Review(HasId, Base):
    """A reviewer's word on one label, and what it was before; never changed, never deleted."""

    __tablename__ = "reviews"
    __table_args__ = (Index("ix_reviews_project_id_id", "project_id", "id"), one_or_set())
    project_id: Mapped[UUID] = ref("projects.id")
    image_id: Mapped[UUID] = ref("images.id", index=True)
    user_id: Mapped[UUID] = ref("users.id", on_delete="NO ACTION")
    class_id: Mapped[UUID | None] = ref("classes.id", on_delete="NO ACTION")
    class_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))
    previous_class_id: Mapped[UUID | None] = ref("classes.id", on_delete="NO ACTION")
    previous_class_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))
    previous_source: Mapped[enums.LabelSource | None]


class Return(HasId, Base):
    """An image that a reviewer sent back to an annotator; never changed, never deleted."""

    __tablename__ = "returns"
    project_id: Mapped[UUID] = ref("projects.id", index=True)
    image_id: Mapped[UUID] = ref("images.id", index=True)
    user_id: Mapped[UUID] = ref("users.id", on_delete="NO ACTION")
    to_user_id: Mapped[UUID] = ref("users.id", on_delete="NO ACTION")
    comment: Mapped[str]

"""Cycles, their queues, and the task models they end with."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, HasId
from app.db.models.columns import one_or_set, ref
from app.domain import enums


class Cycle(HasId, Base):
    """One round of active learning."""

    __tablename__ = "cycles"
    __table_args__ = (
        UniqueConstraint("project_id", "number"),
        Index(
            "uq_cycles_one_open",
            "project_id",
            unique=True,
            postgresql_where=text("state <> 'DONE'"),
        ),
    )
    project_id: Mapped[UUID] = ref("projects.id")
    pretext_run_id: Mapped[UUID | None] = ref("pretext_runs.id", on_delete="NO ACTION")
    number: Mapped[int]
    budget: Mapped[int]
    overlap: Mapped[int] = mapped_column(default=1)
    label_rule: Mapped[enums.LabelRule] = mapped_column(default=enums.LabelRule.MAJORITY)
    # By person: the estimated share of right answers, where the label rule weighs people by it.
    reliability: Mapped[dict[str, Any]] = mapped_column(default=dict)
    plan: Mapped[dict[str, Any]] = mapped_column(default=dict)
    strategy: Mapped[enums.QueryStrategyName | None]
    state: Mapped[enums.CycleState] = mapped_column(default=enums.CycleState.QUERYING)
    failed_in: Mapped[enums.CycleState | None]
    failure: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="")
    # Draws where control images come; told to nobody.
    control_key: Mapped[UUID] = mapped_column(default=uuid4)
    # The sentences of `note` and `failure`, in parts that other languages are made of.
    said: Mapped[dict[str, Any]] = mapped_column(default=dict)
    pool_batch: Mapped[int | None]
    queued: Mapped[int] = mapped_column(default=0)
    held_back: Mapped[int] = mapped_column(default=0)
    query_job_id: Mapped[UUID | None] = ref("jobs.id", on_delete="SET NULL")
    training_job_id: Mapped[UUID | None] = ref("jobs.id", on_delete="SET NULL")
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class CycleTally(Base):
    """What came of a cycle's queue, counted once when it closed (`app.db.tallies`), and not changed since."""

    __tablename__ = "cycle_tallies"
    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycles.id", ondelete="CASCADE"), primary_key=True)
    images: Mapped[dict[str, Any]]  # by state
    people: Mapped[dict[str, Any]]  # answers that stand, by person
    quarters: Mapped[dict[str, Any]]  # the same, by person and quarter of an hour since 1970
    classes: Mapped[dict[str, Any]]  # answers ever given, by class


class QueueItem(HasId, Base):
    """One chosen image in a cycle's queue; who holds a slot of it is kept here, under the row's lock."""

    __tablename__ = "queue_items"
    __table_args__ = (
        UniqueConstraint("cycle_id", "image_id"),
        UniqueConstraint("cycle_id", "position"),
        Index("ix_queue_items_open", "cycle_id", "position", postgresql_where=text("state = 'OPEN'")),
        Index("ix_queue_items_telling", "cycle_id", "image_id", postgresql_where=text("telling")),
        CheckConstraint("cardinality(holders) + cardinality(done_by) <= slots", name="slots"),
    )
    cycle_id: Mapped[UUID] = ref("cycles.id")
    image_id: Mapped[UUID] = ref("images.id", index=True)
    position: Mapped[int]
    # The confidence that people see, calibrated where the model is; the query chose by plain probabilities.
    score: Mapped[float | None]
    suggested_class_id: Mapped[UUID | None] = ref("classes.id", on_delete="SET NULL")
    suggested_class_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))
    # Its suggestion is hidden, so that what people say without it can be compared.
    audited: Mapped[bool] = mapped_column(default=False)
    state: Mapped[enums.QueueItemState] = mapped_column(default=enums.QueueItemState.OPEN)
    slots: Mapped[int] = mapped_column(default=1)
    # People with a lease, and people who answered or skipped: together no more than there are slots.
    holders: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), default=list)
    done_by: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), default=list)
    # Several people are done with it, or it was skipped: all but a plain answer, so that these few are found.
    telling: Mapped[bool] = mapped_column(
        Computed(
            "cardinality(done_by) > 1 OR (state <> 'ANSWERED' AND cardinality(done_by) > 0)", persisted=True
        ),
        deferred=True,
    )
    # No lease of a holder ends before this.
    leased_until: Mapped[datetime | None]


class Control(HasId, Base):
    """The mark of a control image: one whose answer is known, and that annotators get among the others.

    The known answer is what the label said when it was marked. The row stays when the mark is taken away.
    """

    __tablename__ = "controls"
    __table_args__ = (
        Index("uq_controls_marked", "image_id", unique=True, postgresql_where=text("removed_at IS NULL")),
        one_or_set(),
    )
    project_id: Mapped[UUID] = ref("projects.id", index=True)
    image_id: Mapped[UUID] = ref("images.id", index=True)
    user_id: Mapped[UUID | None] = ref("users.id", on_delete="SET NULL")
    class_id: Mapped[UUID | None] = ref("classes.id", on_delete="NO ACTION")
    class_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))
    removed_at: Mapped[datetime | None]


class ControlItem(HasId, Base):
    """A control image that one annotator is asked for in a cycle, before the queue item at its position."""

    __tablename__ = "control_items"
    __table_args__ = (
        UniqueConstraint("user_id", "image_id"),
        UniqueConstraint("cycle_id", "user_id", "position", "place"),
    )
    control_id: Mapped[UUID] = ref("controls.id", index=True)
    image_id: Mapped[UUID] = ref("images.id", index=True)
    cycle_id: Mapped[UUID] = ref("cycles.id")
    user_id: Mapped[UUID] = ref("users.id")
    position: Mapped[int]
    # Several may come before the same item, in this order.
    place: Mapped[int]
    # What is shown in place of the model's suggestion; none where a queue item's could be hidden.
    score: Mapped[float | None]
    suggested_class_id: Mapped[UUID | None] = ref("classes.id", on_delete="SET NULL")
    suggested_class_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))


class Model(HasId, Base):
    """A task model, trained at a cycle's end."""

    __tablename__ = "models"
    __table_args__ = (UniqueConstraint("cycle_id"),)
    project_id: Mapped[UUID] = ref("projects.id", index=True)
    cycle_id: Mapped[UUID] = ref("cycles.id")
    backbone: Mapped[str]
    label_count: Mapped[int]
    classes: Mapped[list[str]]
    # Ids of `classes`, in their order; null where a model is older than this column and the name was unknown.
    class_ids: Mapped[list[str]] = mapped_column(default=list)
    metrics: Mapped[dict[str, Any]]
    balance: Mapped[enums.Balance] = mapped_column(default=enums.Balance.NONE)
    calibration: Mapped[dict[str, Any]] = mapped_column(default=dict)
    agreement: Mapped[dict[str, Any]] = mapped_column(default=dict)
    stopping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    history: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # Null when they were pruned; what was measured stays.
    weights_sha256: Mapped[str | None]
    # What it took held-out images for (app.storage.predictions); null for older models.
    predictions_sha256: Mapped[str | None]

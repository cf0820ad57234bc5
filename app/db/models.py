"""All tables. Rows hold facts; decisions live in `app.services` and `workers.pipelines`."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, HasId
from app.domain import enums


def _one_or_set() -> CheckConstraint:
    """One class, or, where an image may show several, a set of them; the empty set says: none of them."""
    return CheckConstraint("num_nonnulls(class_id, class_ids) = 1", name="one_or_set")


def _ref(target: str, *, index: bool = False, on_delete: str = "CASCADE") -> Any:
    return mapped_column(ForeignKey(target, ondelete=on_delete), index=index)


class User(HasId, Base):
    """An account."""

    __tablename__ = "users"
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    is_admin: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    preferences: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Session(HasId, Base):
    """A signed-in browser; the cookie's secret is stored hashed."""

    __tablename__ = "sessions"
    user_id: Mapped[UUID] = _ref("users.id", index=True)
    secret_hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]


class Token(HasId, Base):
    """An API token, stored hashed."""

    __tablename__ = "tokens"
    user_id: Mapped[UUID] = _ref("users.id", index=True)
    name: Mapped[str]
    secret_hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime | None]


class Project(HasId, Base):
    """A pool of images, a label schema and their history."""

    __tablename__ = "projects"
    name: Mapped[str]
    task: Mapped[enums.ProjectTask] = mapped_column()
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # Gone for everybody; its owners may bring it back for a while (app.domain.deletion).
    deleted_at: Mapped[datetime | None]


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
    project_id: Mapped[UUID] = _ref("projects.id")
    name: Mapped[str]
    former_names: Mapped[list[str]] = mapped_column(default=list)
    color: Mapped[str]
    hotkey: Mapped[str | None]
    guideline: Mapped[str] = mapped_column(default="")
    position: Mapped[int]
    merged_into_id: Mapped[UUID | None] = _ref("classes.id", on_delete="NO ACTION")
    removed_at: Mapped[datetime | None]


class SchemaChange(HasId, Base):
    """One change of a label schema: who made it, and the fields it changed."""

    __tablename__ = "schema_changes"
    __table_args__ = (Index("ix_schema_changes_project_id_id", "project_id", "id"),)
    project_id: Mapped[UUID] = _ref("projects.id")
    user_id: Mapped[UUID | None] = _ref("users.id", on_delete="SET NULL")
    class_id: Mapped[UUID] = _ref("classes.id", on_delete="NO ACTION")
    kind: Mapped[enums.SchemaChangeKind]
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Guideline(HasId, Base):
    """One revision of a project's guidelines, in Markdown; the newest holds. Never changed or deleted."""

    __tablename__ = "guidelines"
    __table_args__ = (Index("ix_guidelines_project_id_id", "project_id", "id"),)
    project_id: Mapped[UUID] = _ref("projects.id")
    user_id: Mapped[UUID | None] = _ref("users.id", on_delete="SET NULL")
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
    project_id: Mapped[UUID] = _ref("projects.id", index=True)
    class_id: Mapped[UUID] = _ref("classes.id")
    image_id: Mapped[UUID] = _ref("images.id", index=True)
    kind: Mapped[enums.ExampleKind]
    caption: Mapped[str] = mapped_column(default="")


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
    project_id: Mapped[UUID] = _ref("projects.id", index=True)
    invited_by_id: Mapped[UUID | None] = _ref("users.id", on_delete="SET NULL")
    role: Mapped[enums.Role]
    secret_hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by_id: Mapped[UUID | None] = _ref("users.id", on_delete="SET NULL")
    revoked_at: Mapped[datetime | None]


class Try(HasId, Base):
    """A failed try to get in, by whom it was aimed at or where it came from."""

    __tablename__ = "tries"
    __table_args__ = (Index("ix_tries_key_created_at", "key", "created_at"),)
    key: Mapped[str]


class Image(HasId, Base):
    """One picture of a project, identified by its content."""

    __tablename__ = "images"
    __table_args__ = (
        UniqueConstraint("project_id", "sha256"),
        Index("ix_images_listing", "project_id", "split", "id"),
        Index("ix_images_pool_batch", "project_id", "pool_batch", "id"),
    )
    project_id: Mapped[UUID] = _ref("projects.id")
    sha256: Mapped[str]
    filename: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    format: Mapped[str]
    bytes: Mapped[int] = mapped_column(BigInteger)
    split: Mapped[enums.Split]
    pool_batch: Mapped[int | None]
    pretext_loss: Mapped[float | None]
    # Answered, but without a label: people disagree, or a reviewer decides. It is not queried again.
    unsettled: Mapped[bool] = mapped_column(default=False)


class Label(Base):
    """The accepted answer for one image. Its class is never one that was merged or removed.

    A set of classes may name merged ones: it counts as what they are now (`app.db.class_sets`).
    """

    __tablename__ = "labels"
    __table_args__ = (Index("ix_labels_project_id_image_id", "project_id", "image_id"), _one_or_set())
    image_id: Mapped[UUID] = mapped_column(ForeignKey("images.id", ondelete="CASCADE"), primary_key=True)
    project_id: Mapped[UUID] = _ref("projects.id")
    class_id: Mapped[UUID | None] = _ref("classes.id", on_delete="NO ACTION")
    class_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))
    source: Mapped[enums.LabelSource]
    cycle_id: Mapped[UUID | None] = _ref("cycles.id", index=True)
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class Job(HasId, Base):
    """One piece of background work; the row is the truth, the message only a reminder."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index("ix_jobs_project_id_id", "project_id", "id"),
        Index("ix_jobs_live", "status", postgresql_where=text("status IN ('QUEUED', 'RUNNING')")),
        CheckConstraint("progress >= 0 AND progress <= 1", name="progress_range"),
    )
    project_id: Mapped[UUID] = _ref("projects.id")
    user_id: Mapped[UUID | None] = _ref("users.id", on_delete="SET NULL")
    kind: Mapped[enums.JobKind]
    status: Mapped[enums.JobStatus] = mapped_column(default=enums.JobStatus.QUEUED)
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    progress: Mapped[float] = mapped_column(default=0.0)
    message: Mapped[str] = mapped_column(default="")
    error: Mapped[str | None]
    # The sentences of `message` and `error`, in parts that other languages are made of (app.domain.said).
    said: Mapped[dict[str, Any]] = mapped_column(default=dict)
    fence: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    sent_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class JobLine(Base):
    """One line of a job's log. Numbers rise with time over all jobs; a job keeps its last lines only."""

    __tablename__ = "job_lines"
    __table_args__ = (Index("ix_job_lines_job_id_number", "job_id", "number"),)
    number: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    job_id: Mapped[UUID] = _ref("jobs.id")
    at: Mapped[datetime]
    level: Mapped[enums.LogLevel]
    text: Mapped[str]


class PretextRun(HasId, Base):
    """One training of a pretext task on the pool."""

    __tablename__ = "pretext_runs"
    __table_args__ = (Index("ix_pretext_runs_project_id_id", "project_id", "id"),)
    project_id: Mapped[UUID] = _ref("projects.id")
    job_id: Mapped[UUID] = _ref("jobs.id")
    task: Mapped[enums.PretextTaskName]
    order: Mapped[enums.PoolOrder] = mapped_column(default=enums.PoolOrder.DESCENDING)
    pool_batches: Mapped[int]
    epochs: Mapped[int | None]
    seed: Mapped[int]
    image_count: Mapped[int | None]
    history: Mapped[dict[str, Any]] = mapped_column(default=dict)
    lower_bounds: Mapped[dict[str, Any]] = mapped_column(default=dict)
    weights_sha256: Mapped[str | None]
    features_sha256: Mapped[str | None]
    finished_at: Mapped[datetime | None]


class PretextScore(Base):
    """The loss, rank and pool batch that a pretext run gave one image."""

    __tablename__ = "pretext_scores"
    __table_args__ = (UniqueConstraint("pretext_run_id", "rank"),)
    pretext_run_id: Mapped[UUID] = mapped_column(
        ForeignKey("pretext_runs.id", ondelete="CASCADE"), primary_key=True
    )
    image_id: Mapped[UUID] = mapped_column(
        ForeignKey("images.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    loss: Mapped[float]
    rank: Mapped[int | None]
    pool_batch: Mapped[int]


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
    project_id: Mapped[UUID] = _ref("projects.id")
    pretext_run_id: Mapped[UUID | None] = _ref("pretext_runs.id", on_delete="NO ACTION")
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
    query_job_id: Mapped[UUID | None] = _ref("jobs.id", on_delete="SET NULL")
    training_job_id: Mapped[UUID | None] = _ref("jobs.id", on_delete="SET NULL")
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class QueueItem(HasId, Base):
    """One chosen image in a cycle's queue; who holds a slot of it is kept here, under the row's lock."""

    __tablename__ = "queue_items"
    __table_args__ = (
        UniqueConstraint("cycle_id", "image_id"),
        UniqueConstraint("cycle_id", "position"),
        Index("ix_queue_items_open", "cycle_id", "position", postgresql_where=text("state = 'OPEN'")),
        CheckConstraint("cardinality(holders) + cardinality(done_by) <= slots", name="slots"),
    )
    cycle_id: Mapped[UUID] = _ref("cycles.id")
    image_id: Mapped[UUID] = _ref("images.id", index=True)
    position: Mapped[int]
    # The confidence that people see, calibrated where the model is; the query chose by plain probabilities.
    score: Mapped[float | None]
    suggested_class_id: Mapped[UUID | None] = _ref("classes.id", on_delete="SET NULL")
    suggested_class_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))
    # Its suggestion is hidden, so that what people say without it can be compared.
    audited: Mapped[bool] = mapped_column(default=False)
    state: Mapped[enums.QueueItemState] = mapped_column(default=enums.QueueItemState.OPEN)
    slots: Mapped[int] = mapped_column(default=1)
    # People with a lease, and people who answered or skipped: together no more than there are slots.
    holders: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), default=list)
    done_by: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), default=list)
    # No lease of a holder ends before this.
    leased_until: Mapped[datetime | None]


class Control(HasId, Base):
    """The mark of a control image: one whose answer is known, and that annotators get among the others.

    The known answer is what the label said when it was marked. The row stays when the mark is taken away.
    """

    __tablename__ = "controls"
    __table_args__ = (
        Index("uq_controls_marked", "image_id", unique=True, postgresql_where=text("removed_at IS NULL")),
        _one_or_set(),
    )
    project_id: Mapped[UUID] = _ref("projects.id", index=True)
    image_id: Mapped[UUID] = _ref("images.id", index=True)
    user_id: Mapped[UUID | None] = _ref("users.id", on_delete="SET NULL")
    class_id: Mapped[UUID | None] = _ref("classes.id", on_delete="NO ACTION")
    class_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))
    removed_at: Mapped[datetime | None]


class ControlItem(HasId, Base):
    """A control image that one annotator is asked for in a cycle, before the queue item at its position."""

    __tablename__ = "control_items"
    __table_args__ = (
        UniqueConstraint("user_id", "image_id"),
        UniqueConstraint("cycle_id", "user_id", "position", "place"),
    )
    control_id: Mapped[UUID] = _ref("controls.id", index=True)
    image_id: Mapped[UUID] = _ref("images.id", index=True)
    cycle_id: Mapped[UUID] = _ref("cycles.id")
    user_id: Mapped[UUID] = _ref("users.id")
    position: Mapped[int]
    # Several may come before the same item, in this order.
    place: Mapped[int]
    # What is shown in place of the model's suggestion; none where a queue item's could be hidden.
    score: Mapped[float | None]
    suggested_class_id: Mapped[UUID | None] = _ref("classes.id", on_delete="SET NULL")
    suggested_class_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))


class Assignment(HasId, Base):
    """A queue item leased to one annotator until a time; whoever gets it again has the same one again.

    Or a control item, in its place.
    """

    __tablename__ = "assignments"
    __table_args__ = (
        UniqueConstraint("queue_item_id", "user_id"),
        UniqueConstraint("control_item_id"),
        CheckConstraint("num_nonnulls(queue_item_id, control_item_id) = 1", name="one_item"),
        # What somebody holds, which every lease begins with, however much they have answered.
        Index("ix_assignments_leased", "user_id", postgresql_where=text("state = 'LEASED'")),
    )
    queue_item_id: Mapped[UUID | None] = _ref("queue_items.id")
    control_item_id: Mapped[UUID | None] = _ref("control_items.id")
    user_id: Mapped[UUID] = _ref("users.id", index=True)
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
        _one_or_set(),
    )
    project_id: Mapped[UUID] = _ref("projects.id")
    image_id: Mapped[UUID] = _ref("images.id", index=True)
    assignment_id: Mapped[UUID] = _ref("assignments.id")
    user_id: Mapped[UUID] = _ref("users.id", on_delete="NO ACTION")
    class_id: Mapped[UUID | None] = _ref("classes.id", on_delete="NO ACTION")
    class_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))
    revision: Mapped[int]
    elapsed_ms: Mapped[int | None]
    note: Mapped[str | None]
    flagged: Mapped[bool] = mapped_column(default=False)
    retracted_at: Mapped[datetime | None]


class Model(HasId, Base):
    """A task model, trained at a cycle's end."""

    __tablename__ = "models"
    __table_args__ = (UniqueConstraint("cycle_id"),)
    project_id: Mapped[UUID] = _ref("projects.id", index=True)
    cycle_id: Mapped[UUID] = _ref("cycles.id")
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
    weights_sha256: Mapped[str]
    # What it took held-out images for (app.storage.predictions); null for older models.
    predictions_sha256: Mapped[str | None]


class Export(HasId, Base):
    """A file of labels, or of a task model."""

    __tablename__ = "exports"
    project_id: Mapped[UUID] = _ref("projects.id", index=True)
    job_id: Mapped[UUID] = _ref("jobs.id")
    model_id: Mapped[UUID | None] = _ref("models.id")
    format: Mapped[enums.ExportFormat]
    images: Mapped[bool] = mapped_column(default=False)
    sha256: Mapped[str | None]
    rows: Mapped[int | None]


class Backtest(HasId, Base):
    """A replay of known labels under several plans, and what it found."""

    __tablename__ = "backtests"
    __table_args__ = (Index("ix_backtests_project_id_id", "project_id", "id"),)
    project_id: Mapped[UUID] = _ref("projects.id")
    job_id: Mapped[UUID] = _ref("jobs.id")
    config: Mapped[dict[str, Any]] = mapped_column(default=dict)
    summary: Mapped[dict[str, Any]] = mapped_column(default=dict)
    report_sha256: Mapped[str | None]
    page_sha256: Mapped[str | None]


class Map(HasId, Base):
    """A pretext run's features in two dimensions, and how sure a task model is of each image."""

    __tablename__ = "maps"
    __table_args__ = (Index("ix_maps_project_id_id", "project_id", "id"),)
    project_id: Mapped[UUID] = _ref("projects.id")
    job_id: Mapped[UUID] = _ref("jobs.id")
    pretext_run_id: Mapped[UUID] = _ref("pretext_runs.id")
    model_id: Mapped[UUID | None] = _ref("models.id")
    # Of the run, and those of them that have a point; null until the map is drawn.
    images: Mapped[int | None]
    points: Mapped[int | None]
    points_sha256: Mapped[str | None]


class Review(HasId, Base):
    """A reviewer's word on one label, and what it was before; never changed, never deleted."""

    __tablename__ = "reviews"
    __table_args__ = (Index("ix_reviews_project_id_id", "project_id", "id"), _one_or_set())
    project_id: Mapped[UUID] = _ref("projects.id")
    image_id: Mapped[UUID] = _ref("images.id", index=True)
    user_id: Mapped[UUID] = _ref("users.id", on_delete="NO ACTION")
    class_id: Mapped[UUID | None] = _ref("classes.id", on_delete="NO ACTION")
    class_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))
    previous_class_id: Mapped[UUID | None] = _ref("classes.id", on_delete="NO ACTION")
    previous_class_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))
    previous_source: Mapped[enums.LabelSource | None]


class Return(HasId, Base):
    """An image that a reviewer sent back to an annotator; never changed, never deleted."""

    __tablename__ = "returns"
    project_id: Mapped[UUID] = _ref("projects.id", index=True)
    image_id: Mapped[UUID] = _ref("images.id", index=True)
    user_id: Mapped[UUID] = _ref("users.id", on_delete="NO ACTION")
    to_user_id: Mapped[UUID] = _ref("users.id", on_delete="NO ACTION")
    comment: Mapped[str]


class LabelCheck(HasId, Base):
    """A search for labels that are probably wrong."""

    __tablename__ = "label_checks"
    __table_args__ = (Index("ix_label_checks_project_id_id", "project_id", "id"),)
    project_id: Mapped[UUID] = _ref("projects.id")
    job_id: Mapped[UUID] = _ref("jobs.id")
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
    class_id: Mapped[UUID] = _ref("classes.id", on_delete="CASCADE")
    suggested_class_id: Mapped[UUID] = _ref("classes.id", on_delete="CASCADE")
    score: Mapped[float]
    confidence: Mapped[float]
    review_id: Mapped[UUID | None] = _ref("reviews.id", on_delete="SET NULL")


class WorkerHeartbeat(Base):
    """When a worker process was heard of last."""

    __tablename__ = "worker_heartbeats"
    name: Mapped[str] = mapped_column(primary_key=True)
    beat_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)

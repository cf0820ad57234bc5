"""Pretext runs, cycles and task models."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from app.domain.enums import (
    Balance,
    CycleState,
    LabelRule,
    PoolOrder,
    PretextTaskName,
    QueryStrategyName,
    StoppingState,
)
from app.domain.plans import Plan
from app.domain.project_settings import MOST_SLOTS
from app.schemas.base import Body, Out, Said
from app.schemas.jobs import JobOut


class PretextRunCreate(Body):
    """A new pretext run."""

    task: PretextTaskName = PretextTaskName.ROTATION
    order: PoolOrder = Field(PoolOrder.DESCENDING, description="how pool batches follow the loss")
    pool_batches: int = Field(10, ge=1, le=1000, description="I, the planned number of cycles")
    epochs: int | None = Field(None, ge=1, le=1000, description="none: chosen by the size of the pool")
    seed: int = Field(0, ge=0, lt=2**31)


class PoolBatchOut(Out):
    """One of the equal parts of the pool, hardest first."""

    number: int
    size: int
    labelled: int
    asked: int = Field(description="images that wait for an answer in the open queue, or for a reviewer")
    lowest_loss: float | None
    highest_loss: float | None


class PretextRunOut(Out):
    """One training of a pretext task on the pool."""

    id: UUID
    project_id: UUID
    task: PretextTaskName
    order: PoolOrder
    pool_batches: int
    epochs: int | None
    seed: int
    image_count: int | None
    history: dict[str, Any]
    created_at: datetime
    finished_at: datetime | None
    job: JobOut


class PretextRunDetail(PretextRunOut):
    """A pretext run with its pool batches and how far each is labelled."""

    batches: list[PoolBatchOut]


class PretextRunAccepted(Out):
    """A pretext run was accepted."""

    pretext_run: PretextRunOut
    job: JobOut


class ScoreOut(Out):
    """The loss, rank (0 is the hardest) and pool batch of one image; newcomers have no rank."""

    image_id: UUID
    loss: float
    rank: int | None
    pool_batch: int


class CycleCreate(Body):
    """A new cycle."""

    budget: int = Field(ge=1, le=100_000, description="K, how many images to ask for")
    plan: str | Plan | None = Field(None, description="name of a plan, or a plan; none: the project's")
    strategy: QueryStrategyName | None = Field(None, description="in place of the plan's rule for this cycle")
    overlap: int | None = Field(
        None, ge=1, le=MOST_SLOTS, description="annotators an image; none: the project's"
    )


class ClassMetrics(Out):
    """The recall of one class on the held-out split; null where it holds none."""

    name: str
    recall: float | None
    count: int


class CalibratedMetrics(Out):
    """The same of calibrated confidences; on the validation split by halves that calibrate each other."""

    log_loss: float
    expected_calibration_error: float


class MetricsOut(Out):
    """The task model on the held-out split, by the plain softmax."""

    split: str
    count: int
    accuracy: float
    balanced_accuracy: float = Field(description="mean recall of the classes that have images")
    log_loss: float
    expected_calibration_error: float
    calibrated: CalibratedMetrics | None = None
    per_class: list[ClassMetrics]
    confusion: list[list[int]] = Field(description="counts; rows: true class, columns: predicted")


class ClassSetMetrics(Out):
    """One class on the held-out split; null where no image there has it."""

    name: str
    average_precision: float | None
    precision: float | None
    recall: float | None
    f1: float | None
    threshold: float = Field(description="the probability from which on the model tells the class")
    count: int


class SetMetricsOut(Out):
    """The task model on the held-out split where images may have several classes; means over classes."""

    split: str
    count: int
    mean_average_precision: float | None = Field(description="the value of the learning curve")
    precision: float | None
    recall: float | None
    f1: float | None
    exact_match: float = Field(description="share of images of which just the right classes are told")
    per_class: list[ClassSetMetrics]


class CalibrationOut(Out):
    """The temperature of a model's confidences, fitted on the validation split."""

    temperature: float | None = Field(description="null: confidences are the plain softmax")
    images: int = Field(description="labelled validation images")
    note: str = Field(description="why there is none, or how its effect was measured")
    said: Said = Field({}, description="the sentences of `note`")


class AgreementOut(Out):
    """How far a model and the one before it answer alike on the stop set: unlabelled images."""

    images: int
    share: float = Field(description="of equal answers")
    kappa: float | None = Field(description="Cohen's; null if both give one answer for everything")


class GainOut(Out):
    """What more labels should add to the measured accuracy (0..1): a guess, and an 80 % interval."""

    labels: int
    guess: float
    low: float
    high: float


class StoppingOut(Out):
    """Whether more labels still bring much, as was seen at a cycle's end. Nothing stops by itself."""

    state: StoppingState
    reasons: list[str]
    said: Said = Field({}, description="the sentences of `reasons`")
    next_gain: GainOut | None = Field(description="of one more cycle; null if it cannot be told")


class ModelOut(Out):
    """A task model."""

    id: UUID
    project_id: UUID
    cycle_id: UUID
    backbone: str
    label_count: int
    classes: list[str]
    balance: Balance
    metrics: MetricsOut | None
    set_metrics: SetMetricsOut | None = Field(
        description="in place of `metrics` where images may have several classes"
    )
    calibration: CalibrationOut | None = Field(description="null for models of before there was any")
    agreement: AgreementOut | None = Field(description="null for the first model, and for a tiny pool")
    stopping: StoppingOut | None = Field(description="null for models of before there was any")
    created_at: datetime


class CycleOut(Out):
    """One round of active learning."""

    id: UUID
    project_id: UUID
    pretext_run_id: UUID | None
    number: int
    budget: int
    overlap: int = Field(description="annotators who are asked for the same image")
    label_rule: LabelRule
    plan: Plan
    strategy: QueryStrategyName | None = Field(description="the rule that chose; null until it has")
    state: CycleState
    failed_in: CycleState | None
    failure: str | None
    note: str
    said: Said = Field({}, description="the sentences of `note` and `failure`")
    pool_batch: int | None = Field(description="null: all that remained of the pool")
    queued: int
    held_back: int = Field(description="images that wait because they show the same shot as others")
    answered: int
    skipped: int
    unsettled: int = Field(description="answered images without a label: they wait for a reviewer")
    query_job_id: UUID | None
    training_job_id: UUID | None
    created_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    finished_at: datetime | None
    model: ModelOut | None = None


class CycleAccepted(Out):
    """A cycle was accepted; its query runs as a job."""

    cycle: CycleOut
    job: JobOut

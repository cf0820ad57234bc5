"""How long a cycle will still take."""

from uuid import UUID

from pydantic import Field

from app.domain.enums import CycleState
from app.schemas.base import Out


class LabellingEstimate(Out):
    """How long the open answers take at the pace of the last labelling: a guess, and an 80 % interval."""

    seconds: float
    low: float
    high: float
    answers: int = Field(description="of all people, that the pace was measured on")
    measured_seconds: float = Field(description="of labelling that they took, without breaks")


class EstimateOut(Out):
    """When the open cycle will end; all null when none is open."""

    cycle_id: UUID | None
    number: int | None
    state: CycleState | None
    open_answers: int = Field(description="that the queue still waits for, of all annotators")
    labelling: LabellingEstimate | None = Field(description="null while nobody labels")
    training_seconds: float | None = Field(
        description="that the training will (still) take; null until one of the project has ended"
    )

"""What task models take held-out images for, and images that show a ranking."""

from uuid import UUID

from pydantic import Field

from app.schemas.base import Out


class ConfusionOut(Out):
    """The confusion matrix of a cycle's task model on its held-out split."""

    cycle_id: UUID
    model_id: UUID
    split: str
    classes: list[str] = Field(description="as they were named when the model was trained")
    counts: list[list[int]] = Field(description="rows: true class, columns: predicted")
    kept: bool = Field(description="the images behind the cells can be listed; older models kept none")


class PredictionOut(Out):
    """What a task model took one held-out image for."""

    image_id: UUID
    filename: str
    true: str = Field(description="the label when the model was trained")
    predicted: str
    confidence: float = Field(description="calibrated where the model is")
    label: str | None = Field(description="the label of now")


class RankedImage(Out):
    """One image of a ranking."""

    image_id: UUID
    filename: str
    loss: float
    rank: int
    pool_batch: int

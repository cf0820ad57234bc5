"""Label checks, and what reviewers say."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from app.domain.enums import LabelSource, Verdict
from app.schemas.base import Body, Out
from app.schemas.images import ImageOut
from app.schemas.jobs import JobOut
from app.schemas.labelling import CLASSES, ClassNames


class LabelCheckCreate(Body):
    """A new label check; models are trained as the project's settings say."""

    folds: int = Field(5, ge=3, le=5, description="models trained, each on all folds but one")


class LabelCheckOut(Out):
    """A search for labels that are probably wrong."""

    id: UUID
    project_id: UUID
    folds: int
    checked: int | None = Field(description="labels that were looked at; null until the job has succeeded")
    left_out: int | None = Field(description="labels of classes with too few of them to learn from")
    agreement: float | None = Field(
        description="share of the labels that models agree with which have not seen them; "
        "where it is low, suspects say little"
    )
    suspects: int
    settled: int
    created_at: datetime
    job: JobOut


class LabelCheckAccepted(Out):
    """A label check was accepted."""

    label_check: LabelCheckOut
    job: JobOut


class SuspectOut(Out):
    """A label that is probably wrong; `position` 0 is the worst."""

    position: int
    image: ImageOut = Field(description="its `label` is the present one")
    given: str = Field(description="class that the check found")
    suggested: str = Field(description="class that the models see in the image")
    score: float = Field(description="quality of the given label, 0..1")
    confidence: float = Field(description="probability of the suggested class, 0..1")
    verdict: Verdict | None = Field(description="what a reviewer did with it; null until then")
    settled_by: str | None = Field(description="name of the reviewer")
    settled_at: datetime | None


class LabelIn(Body):
    """A reviewer's word on an image's label."""

    class_name: str | None = Field(None, alias="class", min_length=1, max_length=100)
    classes: ClassNames | None = Field(None, description=CLASSES)

    @model_validator(mode="after")
    def _one_answer(self) -> Self:
        if (self.class_name is None) == (self.classes is None):
            raise ValueError("give exactly one of `class` and `classes`")
        return self


class ReviewOut(Out):
    """One word of a reviewer on one label, and what the label was before."""

    id: UUID
    image_id: UUID
    user_id: UUID
    class_name: str | None = Field(serialization_alias="class")
    previous: str | None = Field(description="class before; null: people had answered, and no label followed")
    classes: list[str] | None = Field(description="in place of `class` where images may have several")
    previous_classes: list[str] | None = Field(description="in place of `previous` where there was a set")
    previous_source: LabelSource | None
    created_at: datetime

"""Assignments, annotations and labels."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import Field, model_validator

from app.domain.enums import AssignmentState, LabelSource
from app.schemas.base import Body, Out
from app.schemas.images import ImageOut


class AssignmentRequest(Body):
    """How many images to lease."""

    limit: int = Field(1, ge=1, le=100)


class Suggestion(Out):
    """What the last task model thinks; never filled in for the annotator."""

    class_name: str = Field(serialization_alias="class")
    confidence: float


class AssignmentOut(Out):
    """A queue item leased to the caller."""

    id: UUID
    cycle_id: UUID
    state: AssignmentState
    expires_at: datetime
    image: ImageOut
    suggestion: Suggestion | None = None


class Assignments(Out):
    """The caller's leased images, in the cycle's order; empty when nothing is left to hand out."""

    items: list[AssignmentOut]


class ReleaseIn(Body):
    """Why an image is given back; with a reason it is skipped, without one it is queued again."""

    reason: str | None = Field(None, min_length=1, max_length=500)


class AnnotationIn(Body):
    """One answer."""

    class_name: str | None = Field(None, alias="class", max_length=100)
    classes: list[str] | None = None
    mask: Any = None
    elapsed_ms: int | None = Field(None, ge=0, le=2**31 - 1)

    @model_validator(mode="after")
    def _one_answer(self) -> Self:
        given = [v for v in (self.class_name, self.classes, self.mask) if v is not None]
        if len(given) != 1:
            raise ValueError("give exactly one of `class`, `classes` and `mask`")
        return self


class AnnotationOut(Out):
    """One revision of one annotator's answer."""

    id: UUID
    image_id: UUID
    assignment_id: UUID
    user_id: UUID
    class_name: str = Field(serialization_alias="class", description="the class that was said")
    counts_as: str | None = Field(description="what that class is now: another one if it was merged")
    revision: int
    elapsed_ms: int | None
    created_at: datetime


class QueueOut(Out):
    """How far the open cycle is; all zero and no cycle when none is open."""

    cycle_id: UUID | None = None
    number: int | None = None
    queued: int = 0
    answered: int = 0
    skipped: int = 0
    mine: int = Field(0, description="answers of the caller in this cycle")


class LabelOut(Out):
    """The accepted answer for one image."""

    image_id: UUID
    filename: str
    sha256: str
    class_name: str = Field(serialization_alias="class")
    source: LabelSource
    cycle_id: UUID | None
    updated_at: datetime

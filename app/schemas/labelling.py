"""Assignments, annotations and labels."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from app.domain.enums import AssignmentState, LabelSource
from app.schemas.base import Body, Error, Out
from app.schemas.images import ImageOut

CLASSES = "all classes of an image that may have several; an empty list says: none of them"
ClassNames = Annotated[list[Annotated[str, StringConstraints(max_length=100)]], Field(max_length=1000)]


class AssignmentRequest(Body):
    """How many images to lease."""

    limit: int = Field(1, ge=1, le=100)


class Suggestion(Out):
    """What the last task model thinks; never filled in for the annotator."""

    class_name: str | None = Field(None, serialization_alias="class")
    classes: list[str] | None = Field(None, description="in place of `class` where an image may have several")
    confidence: float


class AssignmentOut(Out):
    """A queue item leased to the caller."""

    id: UUID
    cycle_id: UUID
    state: AssignmentState
    expires_at: datetime
    image: ImageOut
    suggestion: Suggestion | None = Field(
        None, description="what the task model takes it for; null also for images of the audit share"
    )
    comment: str | None = Field(None, description="why a reviewer sent the image back to the caller")


class Assignments(Out):
    """The caller's leased images, in the cycle's order; empty when nothing is left to hand out."""

    items: list[AssignmentOut]


class ReleaseIn(Body):
    """Why an image is given back; with a reason it is skipped, without one it is queued again."""

    reason: str | None = Field(None, min_length=1, max_length=500)


class AnnotationIn(Body):
    """One answer."""

    class_name: str | None = Field(None, alias="class", max_length=100)
    classes: ClassNames | None = Field(None, description=CLASSES)
    mask: Any = None
    elapsed_ms: int | None = Field(None, ge=0, le=2**31 - 1)
    note: str | None = Field(None, min_length=1, max_length=2000)
    flagged: bool = Field(False, description="a reviewer should look at this image")

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
    class_name: str | None = Field(serialization_alias="class", description="the class that was said")
    counts_as: str | None = Field(description="what that class is now: another one if it was merged")
    classes: list[str] | None = Field(description="in place of `class`: the set that was said; [] is none")
    counts_as_classes: list[str] | None = Field(description="what that set is now")
    revision: int
    elapsed_ms: int | None
    note: str | None
    flagged: bool
    created_at: datetime
    retracted_at: datetime | None = Field(description="when its annotator took it back")


class HeldIds(Body):
    """Assignments of the caller; others are passed by."""

    ids: list[UUID] = Field(max_length=500)


class HeldOut(Out):
    """One assignment that the caller still holds."""

    id: UUID
    expires_at: datetime


class HeldList(Out):
    """Those of the assignments that the caller still holds, with their new ends."""

    items: list[HeldOut]


class AnswerIn(Body):
    """One annotator's answer for one image: a class or a set, why it is skipped, or nothing any more."""

    assignment_id: UUID
    class_name: str | None = Field(None, alias="class", max_length=100)
    classes: ClassNames | None = Field(None, description=CLASSES)
    skip: str | None = Field(None, min_length=1, max_length=500, description="why the image is skipped")
    retract: Literal[True] | None = Field(None, description="take the answer or the skip back")
    note: str | None = Field(None, min_length=1, max_length=2000)
    flagged: bool = False
    elapsed_ms: int | None = Field(None, ge=0, le=2**31 - 1)

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        given = self.class_name, self.classes, self.skip, self.retract
        if len([value for value in given if value is not None]) != 1:
            raise ValueError("give exactly one of `class`, `classes`, `skip` and `retract`")
        return self


class AnswersIn(Body):
    """Several answers, in the order they were given, and whose they are."""

    user_id: UUID = Field(description="refused as a whole if the caller is somebody else")
    items: list[AnswerIn] = Field(min_length=1, max_length=100)


class AnswerOut(Out):
    """What became of one answer: no error means that it is kept."""

    assignment_id: UUID
    error: Error | None = None


class AnswersOut(Out):
    """What became of each answer, in the order they came."""

    items: list[AnswerOut]


class QueueOut(Out):
    """How far the open cycle is; all zero and no cycle when none is open."""

    cycle_id: UUID | None = None
    number: int | None = None
    queued: int = 0
    answered: int = 0
    skipped: int = 0
    waiting_for_others: int = Field(
        0,
        description="open images that the caller is done with and others are not; closing the cycle ends it",
    )
    mine: int = Field(0, description="answers of the caller in this cycle")


class LabelOut(Out):
    """The accepted answer for one image."""

    image_id: UUID
    filename: str
    sha256: str
    class_name: str | None = Field(serialization_alias="class")
    classes: list[str] | None = Field(description="in place of `class` where images may have several")
    source: LabelSource
    cycle_id: UUID | None
    updated_at: datetime

"""What reviewers look at, send back, and look up."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from app.domain.enums import LabelSource, ReviewReason, Shown
from app.schemas.base import Body, Out
from app.schemas.images import ImageOut


class SaidOut(Out):
    """One person's last word on an image: a class, or why it was skipped."""

    user_id: UUID
    name: str
    assignment_id: UUID
    class_name: str | None = Field(serialization_alias="class")
    classes: list[str] | None = Field(description="in place of `class` where images may have several")
    skipped: str | None = Field(description="why the image was skipped")
    note: str | None
    flagged: bool
    elapsed_ms: int | None
    said_at: datetime | None
    counts: bool = Field(description="false: it came when others had answered for all slots")


class ReviewItem(Out):
    """An image that a reviewer should look at, and all that people said about it."""

    image: ImageOut = Field(description="its `label` is the present one; null: unsettled")
    reasons: list[ReviewReason] = Field(min_length=1)
    hardness: float = Field(description="the list's order; a sum over the reasons")
    suggested: str | None = Field(description="class that the last label check sees in the image")
    answers: list[SaidOut]


class ReturnIn(Body):
    """Why an image goes back, and to whom."""

    comment: str = Field(min_length=1, max_length=2000)
    to: UUID | None = Field(None, description="a member; none: whoever answered or skipped it last")


class ReturnOut(Out):
    """An image that was sent back."""

    id: UUID
    image_id: UUID
    user_id: UUID
    to_user_id: UUID
    comment: str
    created_at: datetime


class HistoryEvent(Out):
    """One thing that happened to an image; what does not belong to its kind is null."""

    kind: Literal["queued", "answer", "skip", "review", "return"]
    at: datetime | None
    user_id: UUID | None = None
    name: str | None = None
    cycle: int | None = Field(None, description="number of the cycle")
    class_name: str | None = Field(
        None, serialization_alias="class", description="`queued`: what the model suggested"
    )
    classes: list[str] | None = Field(None, description="in place of `class` where images may have several")
    confidence: float | None = Field(None, description="of a suggestion")
    model_id: UUID | None = Field(None, description="the task model that suggested")
    suggestion: Shown | None = Field(
        None, description="of an answer: whether the suggestion was seen; null: the project showed none"
    )
    control: bool = Field(False, description="asked as a control image: no label follows from it")
    revision: int | None = None
    elapsed_ms: int | None = None
    note: str | None = Field(None, description="an annotator's note, a skip's reason, or a return's comment")
    flagged: bool = False
    retracted_at: datetime | None = None
    to: str | None = Field(None, description="name of the annotator whom a returned image went to")
    previous: str | None = Field(None, description="class before a review")
    previous_classes: list[str] | None = Field(None, description="in place of `previous` where it was a set")
    previous_source: LabelSource | None = None


class HistoryOut(Out):
    """All that happened to an image, oldest first."""

    items: list[HistoryEvent]

"""Control images, and how people answer them."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from app.schemas.base import Body, Out
from app.schemas.images import ImageOut
from app.schemas.suggestions import ShareOut

KNOWN = (
    "the known answer, as it is called now; null where images may have several classes, or if it was removed"
)


class ControlOut(Out):
    """A mark: the answer that was known when it was set."""

    id: UUID
    image_id: UUID
    class_name: str | None = Field(serialization_alias="class", description=KNOWN)
    classes: list[str] | None = Field(description="in place of `class` where images may have several")
    user_id: UUID | None = Field(description="who marked the image")
    created_at: datetime


class ControlState(Out):
    """Whether an image is a control image."""

    control: ControlOut | None


class ControlsDraw(Body):
    """How many labelled images become control images."""

    count: int = Field(ge=1, le=1000)


class ControlsDrawn(Out):
    """How many became some; fewer than asked for where there are no more labelled ones."""

    added: int


class WrongAnswer(Out):
    """An answer for a control image that is not the known one."""

    image: ImageOut = Field(description="without its label")
    class_name: str | None = Field(serialization_alias="class")
    classes: list[str] | None
    known_class: str | None
    known_classes: list[str] | None
    note: str | None
    flagged: bool
    elapsed_ms: int | None
    answered_at: datetime


class AnnotatorAccuracy(Out):
    """One person's answers for control images."""

    user_id: UUID
    name: str
    right: ShareOut
    skipped: int
    wrong: list[WrongAnswer] = Field(description="the newest first; at most 50")


class ClassAccuracy(Out):
    """All answers for the control images that have a class."""

    class_name: str = Field(serialization_alias="class")
    right: ShareOut


class ControlReport(Out):
    """How right annotators are, by images whose answer is known."""

    share: float = Field(description="of the images that annotators get; a setting of the project")
    images: int = Field(description="control images of the project")
    right: ShareOut = Field(description="of all people's answers")
    annotators: list[AnnotatorAccuracy] = Field(description="those who answered or skipped one, by name")
    classes: list[ClassAccuracy] = Field(description="classes of control images that somebody answered")

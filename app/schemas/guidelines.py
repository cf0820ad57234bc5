"""What people read before and while they label."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from app.domain.enums import ExampleKind
from app.schemas.base import Body, Out
from app.schemas.classes import UserName


class GuidelinesIn(Body):
    """The whole new text, in Markdown."""

    text: str = Field(max_length=50_000)
    replaces: UUID | None = Field(
        description="the revision that the writer has read, null where there was none: "
        "another one in between is not overwritten"
    )


class RevisionOut(Out):
    """One revision of the text, as it was saved."""

    id: UUID
    created_at: datetime
    user: UserName | None = Field(description="who wrote it; null: somebody whose account is gone")
    text: str


class ExampleIn(Body):
    """An image that is labelled: with the class, or, as a counter-example, with another one."""

    image_id: UUID
    kind: ExampleKind = ExampleKind.EXAMPLE
    caption: str = Field("", max_length=300)


class ExamplePatch(Body):
    """The new caption."""

    caption: str = Field(max_length=300)


class ExampleOut(Out):
    """An image that shows what a class is, or is not."""

    id: UUID
    class_id: UUID
    image_id: UUID
    kind: ExampleKind
    caption: str


class GuidelinesOut(Out):
    """The guidelines of a project; those of each class are part of the class."""

    revision: RevisionOut | None = Field(description="the text that holds; null: none was written yet")
    examples: list[ExampleOut] = Field(description="oldest first")
    changed_at: datetime | None = Field(description="when the text, or that of a class, was changed last")
    read_at: datetime | None = Field(description="when the caller said that they have read them")
    unread: bool = Field(description="whether they were changed since, or never read")

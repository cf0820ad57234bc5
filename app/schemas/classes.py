"""Changes of a label schema, and its history."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from app.domain.enums import SchemaChangeKind, Split
from app.domain.storable import MOST_INTEGER
from app.schemas.base import Body, Out, Said
from app.schemas.projects import ClassName, ClassOut, Color, Hotkey


class ClassCreate(Body):
    """One more class; colour and hotkey are chosen where absent."""

    name: ClassName
    color: Color | None = None
    hotkey: Hotkey | None = None
    guideline: str = Field("", max_length=5000)


class ClassPatch(Body):
    """Changes of a class; what is absent stays. A hotkey of null takes the hotkey away."""

    name: ClassName | None = None
    color: Color | None = None
    hotkey: Hotkey | None = None
    guideline: str | None = Field(None, max_length=5000)
    position: int | None = Field(
        None, ge=0, le=MOST_INTEGER, description="place in the order, from 0; the others make room"
    )


class MergeIn(Body):
    """The class that another one is merged into."""

    into: UUID


class MergedName(Out):
    """A class that counts as another one now."""

    id: UUID
    name: str


class ClassDetail(ClassOut):
    """A class with what refers to it."""

    labels: dict[Split, int] = Field(description="accepted labels, by split")
    annotations: int = Field(description="answers that ever named it, revised ones included")
    models: int = Field(description="task models that know it")
    merged: list[MergedName] = Field(description="classes that count as this one now")


class Classes(Out):
    """The classes of a project, in their order."""

    items: list[ClassDetail]


class UserName(Out):
    """Who it was."""

    id: UUID
    name: str


class SchemaChangeOut(Out):
    """One entry of a label schema's history; `before` and `after` have the fields that changed."""

    id: UUID
    created_at: datetime
    kind: SchemaChangeKind
    class_id: UUID
    name: str = Field(description="what the class is called now, or was last")
    user: UserName | None = Field(description="null: an import, or somebody whose account is gone")
    before: dict[str, Any]
    after: dict[str, Any]
    undoable: bool = Field(False, description="whether this merge holds and can be undone")
    undo_blocked: str | None = Field(None, description="why a merge that holds cannot be undone")
    said: Said = Field({}, description="the sentence of `undo_blocked`")

"""Projects and their label schema."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from app.domain.class_defaults import RESERVED_HOTKEYS
from app.domain.enums import ProjectTask, Role
from app.domain.project_settings import ProjectSettings
from app.schemas.base import Body, Out

ClassName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Color = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
Hotkey = Annotated[str, StringConstraints(pattern=r"^[0-9a-z]$")]


class ClassIn(Body):
    """One class; colour and hotkey are chosen where absent."""

    id: UUID | None = Field(None, description="of an existing class: renames it")
    name: ClassName
    color: Color | None = None
    hotkey: Hotkey | None = None
    guideline: str = Field("", max_length=5000)


class ClassOut(Out):
    """One class of the label schema, in its order."""

    id: UUID
    name: str
    color: str
    hotkey: str | None
    guideline: str


class _HasClasses(Body):
    @model_validator(mode="after")
    def _distinct(self) -> Self:
        classes: list[ClassIn] = getattr(self, "classes", None) or []
        names = [c.name for c in classes]
        if len(set(names)) < len(names):
            raise PydanticCustomError("class_named_twice", "two classes have the same name")
        keys = [c.hotkey for c in classes if c.hotkey]
        if len(set(keys)) < len(keys):
            raise PydanticCustomError("hotkey_given_twice", "two classes have the same hotkey")
        if taken := sorted(RESERVED_HOTKEYS.intersection(keys)):
            text = "hotkeys reserved for undo and skip: {hotkeys}"
            raise PydanticCustomError("kept_hotkeys", text, {"hotkeys": ", ".join(taken)})
        return self


class ProjectCreate(_HasClasses):
    """A new project."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    task: ProjectTask = ProjectTask.CLASSIFICATION
    classes: list[ClassIn] = Field(default_factory=list, max_length=1000)
    settings: ProjectSettings = Field(default_factory=ProjectSettings)


class ProjectPatch(_HasClasses):
    """Changes of a project. `classes` is the whole new list: classes are matched by name."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)] | None = None
    classes: list[ClassIn] | None = Field(None, max_length=1000)
    settings: ProjectSettings | None = None


class Counts(Out):
    """How many images a project has, by split; `labelled` counts accepted labels of the pool split."""

    images: int = 0
    pool: int = Field(0, description="images of split `pool`, labelled or not")
    labelled: int = 0
    validation: int = 0
    test: int = 0
    bytes: int = Field(0, description="of the images as they were imported")


class StorageOut(Out):
    """What a project takes in the store, bytes. What several projects share counts in each of them."""

    images: int = Field(description="as they were imported, without thumbs")
    models: int = Field(description="weights of task models, and what they took held-out images for")
    pretext_runs: int = Field(description="weights of pretext tasks")
    features: int = Field(description="what pretext tasks saw in images, for queries and the map")
    exports: int
    maps: int
    backtests: int = Field(description="reports")


class ProjectOut(Out):
    """A project as its members see it."""

    id: UUID
    name: str
    task: ProjectTask
    classes: list[ClassOut]
    settings: ProjectSettings
    role: Role = Field(description="the caller's role; admins act as owners")
    counts: Counts
    created_at: datetime
    deleted_at: datetime | None = None
    removed_at: datetime | None = Field(
        None, description="of a deleted project: until then it can be restored"
    )

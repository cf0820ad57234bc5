"""Shapes that every resource shares."""

from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, field_validator

from app.domain.storable import without_nul

T = TypeVar("T")


class Body(BaseModel):
    """A request body: unknown keys are refused, text is trimmed."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    _storable = field_validator("*", mode="before")(without_nul)


class Out(BaseModel):
    """An answer, read from a row."""

    model_config = ConfigDict(from_attributes=True)


class Sentence(BaseModel):
    """A sentence for people, and the code and the values that it says in other languages, too."""

    code: str
    text: str = Field(description="in English")
    values: dict[str, str | int | float] = {}


Said = dict[str, list[Sentence]]


class Page(BaseModel, Generic[T]):
    """One page of a list; `next_cursor` is null at the end."""

    items: list[T]
    next_cursor: str | None = None


class Error(BaseModel):
    """What went wrong: `code` for programs, `message` for people."""

    code: str
    message: str
    details: dict[str, Any] = {}


class ErrorBody(BaseModel):
    """The one shape of every error."""

    error: Error

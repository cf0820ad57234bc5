"""What the database can hold of what callers may say."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

MOST_INTEGER = 2**31 - 1  # of PostgreSQL's `integer`
_FIRST_YEAR, _LAST_YEAR = 2000, 9998
Number = Annotated[int, Field(ge=1, le=MOST_INTEGER)]  # of what is counted from 1: cycles, pool batches


def without_nul(value: Any) -> Any:
    """Return a value as it is; raises PydanticCustomError if a text in it holds NUL: PostgreSQL has none."""
    parts = [value]  # not by recursion: how deep it is, the caller decides
    while parts:
        part = parts.pop()
        if isinstance(part, str) and "\0" in part:
            raise PydanticCustomError("nul_in_text", "must not contain the character NUL")
        if isinstance(part, dict):
            parts += [*part, *part.values()]
        elif isinstance(part, list):
            parts += part
    return value


def in_our_years(value: datetime) -> datetime:
    """Return a time as it is; raises PydanticCustomError if Python may not have it in another zone."""
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        years = {"first": _FIRST_YEAR, "last": _LAST_YEAR}
        raise PydanticCustomError("year_out_of_range", "must be of the years {first} to {last}", years)
    return value


NoNul = BeforeValidator(without_nul)
Time = Annotated[datetime, AfterValidator(in_our_years)]

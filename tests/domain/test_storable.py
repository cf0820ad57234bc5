"""What the database can hold of what callers may say."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from app.domain.storable import MOST_INTEGER, Number, without_nul


def nested(value: Any, levels: int) -> Any:
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value", ["a\0", ["\0"], {"a": ["b", {"c": "\0"}]}, {"\0": 1}, nested("\0", 100_000)], ids=type
)
def test_nul_is_found_wherever_it_is(value: Any) -> None:
    with pytest.raises(PydanticCustomError, match="NUL"):
        without_nul(value)


@pytest.mark.parametrize("value", ["a", None, 3, {"a": ["b"]}, b"\0"])
def test_all_else_stays_as_it_is(value: Any) -> None:
    assert without_nul(value) is value


@pytest.mark.parametrize("number", [0, MOST_INTEGER + 1])
def test_a_number_is_one_that_a_column_holds(number: int) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Number).validate_python(number)

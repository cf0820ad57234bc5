"""Inputs of an operation, made from the OpenAPI document, and what is really there put into them."""

import base64
import json
from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode

from tests.fuzz.live import Live

Operation = APIOperation[Any, Any, Any, Any]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()


def cursors() -> st.SearchStrategy[str | None]:
    """Such as lists give out, but with values of any kind."""
    held = st.lists(SCALARS, min_size=1, max_size=2)
    return st.none() | held.map(lambda values: base64.urlsafe_b64encode(json.dumps(values).encode()).decode())


def inputs(
    operation: Operation, mode: GenerationMode, most: int, number: int
) -> list[tuple[Case[Any], int, str | None]]:
    """So many inputs of an operation, the same ones each time; none where there is nothing to get wrong."""
    drawn: list[tuple[Case[Any], int, str | None]] = []

    @seed(number)
    @settings(
        max_examples=most, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(operation.as_strategy(generation_mode=mode), st.integers(0, 3), cursors())
    def draw(case: Case[Any], chance: int, cursor: str | None) -> None:
        drawn.append((case, chance, cursor))

    with suppress(Unsatisfiable):
        draw()
    return drawn


def name_what_is_there(case: Case[Any], there: Live, cursor: str | None) -> None:
    """Put real ids into the path, and real values where the query and the body name such things."""
    case.path_parameters = {name: there.ids.get(name, value) for name, value in case.path_parameters.items()}
    case.query = {name: there.values.get(name, value) for name, value in case.query.items()}
    if cursor is not None and "cursor" in case.query:
        case.query["cursor"] = cursor
    if isinstance(case.body, dict | list):
        case.body = put_in(case.body, there)


def put_in(body: Any, there: Live) -> Any:
    if isinstance(body, list):
        return [put_in(part, there) for part in body]
    if isinstance(body, dict):
        return {name: there.values.get(name) or put_in(part, there) for name, part in body.items()}
    return body

"""What annotators call all day skips FastAPI's part, and answers the same."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute

from app.api import quick
from app.api.routes import labelling
from tests.stack import Person, Project, Stack

PLAIN = {"content-type": "application/json"}


def ask(person: Person, project: Project, content: Any, headers: dict[str, str]) -> tuple[int, Any]:
    answer = person.client.request(
        "POST", f"/projects/{project.id}/assignments", content=content, headers=headers
    )
    return answer.status_code, answer.json()


def test_leases_and_answers_are_called_so_and_nothing_else_of_the_queue_is() -> None:
    found = [
        route.name for route in labelling.router.routes if isinstance(route, APIRoute) and quick.fits(route)
    ]
    assert found == ["assign", "annotate"]


def in_parts() -> Iterator[bytes]:
    yield from (b'{"limit"', b": 2}")


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b'{"limit": 2}', {"content-type": "application/json; charset=utf-8"}),
        (in_parts(), PLAIN),  # without a length
        (b'{"limit": 2}' + b" " * 70_000, PLAIN),
    ],
)
def test_a_body_that_is_not_plain_is_read_all_the_same(
    asked: Project, owner: Person, content: Any, headers: dict[str, str]
) -> None:
    plain = ask(owner, asked, b'{"limit": 2}', PLAIN)
    status, told = ask(owner, asked, content, headers)
    assert status == plain[0] == 200
    assert [one["id"] for one in told["items"]] == [one["id"] for one in plain[1]["items"]]


@pytest.mark.parametrize(
    "body", [b'{"limit": 0}', b'{"limit": "many"}', b'{"limit": 1, "more": 2}', b"{", b""]
)
def test_what_is_wrong_is_told_in_the_same_words(asked: Project, owner: Person, body: bytes) -> None:
    quickly = ask(owner, asked, body, PLAIN)
    at_length = ask(owner, asked, body, {"content-type": "application/json; charset=utf-8"})
    assert quickly == at_length
    assert quickly[0] in (400, 422)


def test_a_wrong_body_tells_outsiders_nothing_of_a_project(asked: Project, stack: Stack) -> None:
    assert ask(stack.person(), asked, b'{"limit": 0}', PLAIN)[0] == 404

"""A token ends: nobody makes one that is over already, and none makes another that outlives it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.stack import PASSWORD, Person, Stack


def in_hours(hours: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


def make(person: Person, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = person.client.call("POST", "/tokens", json={"name": "t"} | more)
    return made


def make_by(stack: Stack, token: dict[str, Any], **more: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token['token']}"}
    return httpx.post(f"{stack.url}/api/v1/tokens", headers=headers, json={"name": "t"} | more)


def test_one_that_is_over_already_is_refused(stack: Stack) -> None:
    body = {"name": "t", "expires_at": in_hours(-1)}
    answer = stack.person().client.request("POST", "/tokens", json=body)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (422, "token_in_the_past")
    assert error["details"] == {"field": "expires_at"}


@pytest.mark.parametrize("more", [{}, {"expires_at": None}, {"expires_at": in_hours(3)}])
def test_one_that_outlives_its_maker_is_refused(stack: Stack, more: dict[str, Any]) -> None:
    maker = make(stack.person(), expires_at=in_hours(2))
    answer = make_by(stack, maker, **more)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (422, "token_outlives")
    latest = datetime.fromisoformat(error["details"]["latest"])
    assert latest == datetime.fromisoformat(maker["expires_at"])


def test_one_that_ends_with_its_maker_or_before_is_made(stack: Stack) -> None:
    maker = make(stack.person(), expires_at=in_hours(2))
    ends = [maker["expires_at"], in_hours(1)]
    assert [make_by(stack, maker, expires_at=end).status_code for end in ends] == [201, 201]


def test_one_that_does_not_end_makes_any(stack: Stack) -> None:
    maker = make(stack.person())
    made = [make_by(stack, maker, expires_at=end).status_code for end in (None, in_hours(3))]
    assert made == [201, 201]


def test_a_browser_makes_any(stack: Stack) -> None:
    person = stack.person()
    with httpx.Client(base_url=f"{stack.url}/api/v1", headers={"Origin": stack.url}) as browser:
        browser.post("/auth/login", json={"email": person.user.email, "password": PASSWORD})
        assert browser.post("/tokens", json={"name": "t"}).status_code == 201

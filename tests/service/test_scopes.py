"""What a token is for decides what may be called with it; when it was used last is written beside calls."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select, update

from app.db import uses
from app.db.models import Token
from app.db.seen import Secret, Shown
from app.db.session import unit_of_work
from app.domain.enums import TokenScope
from app.services.secrets import fingerprint
from tests.service.test_access import LEAST, call, outcome, routes, verdict, world
from tests.stack import Person, Stack

# What annotators do, written down a second time. Reading is GET; the rest is management.
ANNOTATING = {
    "put /api/v1/projects/{project_id}/guidelines/reading",
    "post /api/v1/projects/{project_id}/assignments",
    "post /api/v1/projects/{project_id}/assignments/renewal",
    "post /api/v1/projects/{project_id}/assignments/release",
    "post /api/v1/projects/{project_id}/answers",
    "put /api/v1/assignments/{assignment_id}/annotation",
    "delete /api/v1/assignments/{assignment_id}",
}
SCOPES = list(TokenScope)


def needed(route: str) -> TokenScope | None:
    if LEAST[route] == "public":
        return None
    if route.startswith("get "):
        return TokenScope.READ
    return TokenScope.ANNOTATE if route in ANNOTATING else TokenScope.MANAGE


def token_for(person: Person, scope: TokenScope, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = person.client.call("POST", "/tokens", json={"name": "t", "scope": scope} | more)
    return made


def request(stack: Stack, method: str, path: str, token: dict[str, Any], **more: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token['token']}"}
    return httpx.request(method, f"{stack.url}/api/v1{path}", headers=headers, **more)


def row_of(token: dict[str, Any]) -> Token:
    with unit_of_work() as work:
        return work.session.scalars(select(Token).where(Token.id == UUID(token["id"]))).one()


def test_every_route_states_the_scope_of_the_table(stack: Stack) -> None:
    stated = routes(stack, "x-scope")
    assert stated == {route: needed(route) for route in LEAST}


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("role", ["owner", "outsider", "admin"])
def test_no_route_lets_a_token_in_that_is_for_less(stack: Stack, role: str, scope: TokenScope) -> None:
    person = stack.person(admin=role == "admin")
    token = token_for(person, scope)["token"]
    ids = world(person, role)
    last = "delete /api/v1/projects/{project_id}"
    ordered = sorted(LEAST, key=lambda route: (route.startswith("delete"), route == last))
    found = {route: outcome(call(stack, route, ids, token)) for route in ordered}

    def expected(route: str) -> str:
        need = needed(route)
        enough = need is None or SCOPES.index(scope) >= SCOPES.index(need)
        return verdict(role, LEAST[route]) if enough else "scope_too_small"

    assert found == {route: expected(route) for route in ordered}


def test_a_refusal_says_what_is_needed(stack: Stack) -> None:
    token = token_for(stack.person(), TokenScope.READ)
    answer = request(stack, "POST", "/tokens", token, json={"name": "more", "scope": "read"})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (403, "scope_too_small")
    assert error["details"] == {"needed": "manage"}


def test_a_token_is_for_everything_unless_told_otherwise(stack: Stack) -> None:
    made = stack.person().client.call("POST", "/tokens", json={"name": "t"})
    assert made["scope"] == "manage"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_token_that_has_expired_is_nobodys_whatever_it_was_for(stack: Stack, method: str) -> None:
    token = token_for(stack.person(), TokenScope.READ)
    with unit_of_work() as work:
        gone = datetime.now(UTC) - timedelta(seconds=1)
        work.session.execute(update(Token).where(Token.id == UUID(token["id"])).values(expires_at=gone))
    assert request(stack, method, "/projects", token, json={"name": "x"}).status_code == 401


def soon(told: Callable[[], object], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not told():
        assert time.monotonic() < end
        time.sleep(0.2)


@pytest.mark.parametrize("path", ["/me", "/projects/{project_id}", "/projects/{project_id}/queue"])
def test_a_use_is_written_soon(stack: Stack, path: str) -> None:
    person = stack.person()
    token = token_for(person, TokenScope.READ)
    assert token["last_used_at"] is None
    ids = world(person, "annotator")
    assert request(stack, "GET", path.format(**ids), token).is_success
    soon(lambda: row_of(token).last_used_at)
    shown = {one["id"]: one["last_used_at"] for one in person.client.call("GET", "/tokens")["items"]}
    assert datetime.now(UTC) - datetime.fromisoformat(shown[token["id"]]) < timedelta(minutes=1)


def test_a_refused_call_is_no_use(stack: Stack) -> None:
    person = stack.person()
    refused, used = (token_for(person, TokenScope.READ) for _ in range(2))
    assert request(stack, "POST", "/projects", refused, json={"name": "x"}).is_error
    assert request(stack, "GET", "/me", used).is_success
    soon(lambda: row_of(used).last_used_at)
    assert row_of(refused).last_used_at is None


@pytest.mark.parametrize(("seconds", "again"), [(30, False), (70, True)])
def test_uses_are_written_at_most_once_a_minute(stack: Stack, seconds: int, again: bool) -> None:
    token = token_for(stack.person(), TokenScope.READ)
    before = datetime.now(UTC) - timedelta(seconds=seconds)
    with unit_of_work() as work:
        work.session.execute(update(Token).where(Token.id == UUID(token["id"])).values(last_used_at=before))
    with unit_of_work() as work:
        uses.write(work.session, [Shown(Secret.TOKEN, fingerprint(token["token"]))])
    assert (row_of(token).last_used_at != before) is again

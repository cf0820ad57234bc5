"""One's signed-in browsers are listed, and each can be signed out by its person alone."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import update

from app.db import uses
from app.db.models import Session
from app.db.seen import Secret, Shown
from app.db.session import unit_of_work
from app.services.secrets import fingerprint
from tests.stack import PASSWORD, Person, Stack

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"


class Browsers:
    """Signed-in browsers, each with what it calls itself."""

    def __init__(self, stack: Stack, closing: ExitStack) -> None:
        self._url, self._closing = stack.url, closing

    def __call__(self, person: Person, user_agent: str = FIREFOX) -> httpx.Client:
        headers = {"User-Agent": user_agent, "Origin": self._url}
        client = self._closing.enter_context(httpx.Client(base_url=f"{self._url}/api/v1", headers=headers))
        login = {"email": person.user.email, "password": PASSWORD}
        assert client.post("/auth/login", json=login).is_success
        return client


@pytest.fixture
def browsers(stack: Stack) -> Iterator[Browsers]:
    with ExitStack() as closing:
        yield Browsers(stack, closing)


def listed(client: httpx.Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/sessions").json()["items"]
    return found


def works(client: httpx.Client) -> bool:
    return client.get("/me").is_success


def test_they_are_listed_with_what_they_are_and_the_one_that_asks(stack: Stack, browsers: Browsers) -> None:
    person = stack.person()
    first, second = browsers(person), browsers(person, "curl/8.5.0")
    seen = [(one["browser"], one["system"], one["current"]) for one in listed(first)]
    assert seen == [(None, None, False), ("Firefox", "Linux", True)]
    assert [one["current"] for one in listed(second)] == [True, False]


def test_one_that_asks_by_token_is_none_of_them(stack: Stack, browsers: Browsers) -> None:
    person = stack.person()
    browsers(person)
    (one,) = person.client.call("GET", "/sessions")["items"]
    assert one["current"] is False


def test_those_of_others_and_those_that_are_over_are_not_listed(stack: Stack, browsers: Browsers) -> None:
    person, other = stack.person(), stack.person()
    browser, old = browsers(person), browsers(person)
    browsers(other)
    (over,) = [one["id"] for one in listed(old) if one["current"]]
    with unit_of_work() as work:
        row = update(Session).where(Session.id == UUID(over))
        work.session.execute(row.values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    assert [one["current"] for one in listed(browser)] == [True]


def test_one_is_signed_out_and_the_others_stay(stack: Stack, browsers: Browsers) -> None:
    person = stack.person()
    here, there, third = (browsers(person) for _ in range(3))
    (one,) = [one["id"] for one in listed(there) if one["current"]]
    assert here.delete(f"/sessions/{one}").status_code == 204
    assert [works(client) for client in (here, there, third)] == [True, False, True]


def test_all_others_are_signed_out_at_once(stack: Stack, browsers: Browsers) -> None:
    person, other = stack.person(), stack.person()
    here, there, third, theirs = browsers(person), browsers(person), browsers(person), browsers(other)
    assert here.delete("/sessions").status_code == 204
    assert [works(client) for client in (here, there, third, theirs)] == [True, False, False, True]


def test_a_token_signs_all_of_them_out(stack: Stack, browsers: Browsers) -> None:
    person = stack.person()
    here, there = browsers(person), browsers(person)
    person.client.call("DELETE", "/sessions")
    assert [works(client) for client in (here, there)] == [False, False]
    assert person.client.call("GET", "/me")


def test_somebody_elses_is_as_if_there_were_none(stack: Stack, browsers: Browsers) -> None:
    theirs = browsers(stack.person())
    stranger = stack.person(admin=True).client
    (one,) = listed(theirs)
    answers = [stranger.request("DELETE", f"/sessions/{key}") for key in (one["id"], uuid4())]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json() == answers[1].json()
    assert works(theirs)


def test_a_new_password_leaves_the_browser_that_asks(stack: Stack, browsers: Browsers) -> None:
    person = stack.person()
    here, there = browsers(person), browsers(person)
    change = {"old_password": PASSWORD, "new_password": "another horse"}
    assert here.put("/me/password", json=change).is_success
    assert [works(client) for client in (here, there)] == [True, False]
    assert [(one["browser"], one["current"]) for one in listed(here)] == [("Firefox", True)]


@pytest.mark.parametrize(("minutes", "again"), [(4, False), (6, True)])
def test_when_one_was_seen_is_written_at_most_every_five_minutes(
    stack: Stack, browsers: Browsers, minutes: int, again: bool
) -> None:
    browser = browsers(stack.person())
    (one,) = listed(browser)
    before = datetime.now(UTC) - timedelta(minutes=minutes)
    secret = browser.cookies["nextbatch_session"]
    with unit_of_work() as work:
        row = update(Session).where(Session.id == UUID(one["id"]))
        work.session.execute(row.values(last_seen_at=before))
        uses.write(work.session, [Shown(Secret.SESSION, fingerprint(secret))])
    (after,) = listed(browser)
    assert (datetime.fromisoformat(after["last_seen_at"]) != before) is again

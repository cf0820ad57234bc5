"""A link of an administrator lets one person set a new password, once."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import delete, func, select, update

from app.db.models import PasswordLink, Try
from app.db.session import unit_of_work
from app.services.tries import FOR_ONE_AIM
from tests.stack import PASSWORD, Person, Stack

NEW = "another horse"


@pytest.fixture
def admin(stack: Stack) -> Person:
    return stack.person(admin=True)


def link_for(admin: Person, person: Person, **body: Any) -> str:
    made = admin.client.call("POST", f"/users/{person.user.id}/password-links", json=body)
    assert made["path"] == f"/new-password/{made['secret']}"
    return str(made["secret"])


def use(stack: Stack, secret: str, password: str = NEW) -> httpx.Response:
    body = {"secret": secret, "password": password}
    return httpx.post(f"{stack.url}/api/v1/new-password", json=body)


def look(stack: Stack, secret: str) -> httpx.Response:
    return httpx.post(f"{stack.url}/api/v1/new-password/preview", json={"secret": secret})


def code(answer: httpx.Response) -> str:
    return str(answer.json()["error"]["code"])


def signs_in(stack: Stack, person: Person, password: str) -> bool:
    login = {"email": person.user.email, "password": password}
    return httpx.post(f"{stack.url}/api/v1/auth/login", json=login).is_success


def test_the_new_password_counts_and_the_old_one_no_more(stack: Stack, admin: Person) -> None:
    person = stack.person()
    assert use(stack, link_for(admin, person)).status_code == 204
    assert [signs_in(stack, person, word) for word in (PASSWORD, NEW)] == [False, True]


def test_all_browsers_are_signed_out_and_tokens_stay(stack: Stack, admin: Person) -> None:
    person = stack.person()
    with httpx.Client(base_url=f"{stack.url}/api/v1") as browser:
        browser.post("/auth/login", json={"email": person.user.email, "password": PASSWORD})
        assert browser.get("/me").is_success
        use(stack, link_for(admin, person))
        assert browser.get("/me").status_code == 401
    assert person.client.call("GET", "/me")


def test_it_tells_whose_password_it_sets_and_works_after_that(stack: Stack, admin: Person) -> None:
    person = stack.person()
    secret = link_for(admin, person)
    told = look(stack, secret).json()
    assert (told["name"], told["email"]) == (person.user.name, person.user.email)
    assert use(stack, secret).is_success


def test_it_works_once(stack: Stack, admin: Person) -> None:
    person = stack.person()
    secret = link_for(admin, person)
    use(stack, secret)
    assert code(use(stack, secret, "a third horse")) == code(look(stack, secret)) == "password_link_used"
    assert signs_in(stack, person, NEW)


def test_a_password_that_is_refused_does_not_use_it_up(stack: Stack, admin: Person) -> None:
    secret = link_for(admin, stack.person())
    assert code(use(stack, secret, "short")) == "invalid"
    assert use(stack, secret).is_success


def test_it_ends_with_its_time(stack: Stack, admin: Person) -> None:
    person = stack.person()
    secret = link_for(admin, person, expires_in_hours=1)
    with unit_of_work() as work:
        past = update(PasswordLink).where(PasswordLink.user_id == person.user.id)
        work.session.execute(past.values(expires_at=func.now() - timedelta(seconds=1)))
    assert code(use(stack, secret)) == code(look(stack, secret)) == "password_link_expired"


def test_a_newer_one_takes_its_place(stack: Stack, admin: Person) -> None:
    person = stack.person()
    first, second = (link_for(admin, person) for _ in range(2))
    assert code(use(stack, first)) == "password_link_unknown"
    assert use(stack, second).is_success


def test_a_password_that_is_set_otherwise_ends_it(stack: Stack, admin: Person) -> None:
    person = stack.person()
    secret = link_for(admin, person)
    admin.client.call("PATCH", f"/users/{person.user.id}", json={"password": NEW})
    assert code(use(stack, secret, "a third horse")) == "password_link_unknown"


def test_it_opens_no_account_that_is_deactivated(stack: Stack, admin: Person) -> None:
    person = stack.person()
    secret = link_for(admin, person)
    admin.client.call("PATCH", f"/users/{person.user.id}", json={"active": False})
    assert code(use(stack, secret)) == "password_link_unknown"


def test_its_secret_is_not_kept(stack: Stack, admin: Person) -> None:
    person = stack.person()
    secret = link_for(admin, person)
    with unit_of_work() as work:
        query = select(PasswordLink.secret_hash).where(PasswordLink.user_id == person.user.id)
        assert work.session.scalar(query) != secret


def forgive() -> None:
    """Forget what was guessed: other tests come from the same address."""
    with unit_of_work() as work:
        work.session.execute(delete(Try))


def test_who_guesses_must_wait(stack: Stack) -> None:
    forgive()
    codes = [code(look(stack, "guess")) for _ in range(FOR_ONE_AIM + 1)]
    assert codes == ["password_link_unknown"] * FOR_ONE_AIM + ["too_many_tries"]
    forgive()


def test_nobody_is_sent_one_who_has_no_account(admin: Person) -> None:
    unknown = "01890000-0000-7000-8000-000000000000"
    answer = admin.client.request("POST", f"/users/{unknown}/password-links", json={})
    assert answer.status_code == 404

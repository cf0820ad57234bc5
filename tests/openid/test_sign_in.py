"""Who signs in at the OpenID provider has a session, of the account that is theirs."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.config import get_settings
from app.db.models import AuditEvent, OidcFlow
from app.db.session import unit_of_work
from app.domain.enums import AuditAction
from app.services.secrets import fingerprint
from tests.openid.running import Open, OpenId, openid, somebody, started_openid, visit
from tests.stack import Person, Stack

__all__ = ["openid", "started_openid", "visit"]


def events_of(user_id: str) -> list[AuditEvent]:
    with unit_of_work() as work:
        query = select(AuditEvent).where(AuditEvent.subject_id == user_id).order_by(AuditEvent.id)
        return list(work.session.scalars(query))


def test_who_has_an_account_is_signed_in(stack: Stack, openid: OpenId, visit: Open) -> None:
    person = stack.person()
    openid.prepare(somebody(email=person.user.email.upper()))
    browser = visit()
    assert browser.signs_in("/projects/new?a=b") == "/projects/new?a=b"
    me = browser.me()
    assert me
    assert me["id"] == str(person.user.id)
    sessions = browser.get("/api/v1/sessions").json()["items"]
    assert [one["current"] for one in sessions] == [True]


def test_the_identity_is_linked_once_and_recorded(stack: Stack, openid: OpenId, visit: Open) -> None:
    person = stack.person()
    claims = somebody(email=person.user.email)
    openid.prepare(claims)
    for _ in range(2):
        assert visit().signs_in() == "/"
    linked = [e for e in events_of(str(person.user.id)) if e.action is AuditAction.IDENTITY_LINKED]
    assert [event.details["after"] for event in linked] == [
        {"issuer": openid.issuer, "subject": claims["sub"]}
    ]
    assert linked[0].user_id == person.user.id


def test_an_identity_is_found_again_whatever_its_address_is_now(
    stack: Stack, openid: OpenId, visit: Open
) -> None:
    person = stack.person()
    claims = somebody(email=person.user.email)
    openid.prepare(claims)
    visit().signs_in()
    openid.prepare(claims | {"email": "married@example.org", "email_verified": False})
    browser = visit()
    assert browser.signs_in() == "/"
    me = browser.me()
    assert me
    assert me["id"] == str(person.user.id)


def test_an_unknown_person_gets_an_account_if_so_set(openid: OpenId, visit: Open) -> None:
    claims = somebody()
    openid.prepare(claims)
    browser = visit(create_accounts=True)
    assert browser.signs_in() == "/"
    me = browser.me()
    assert me
    assert (me["email"], me["name"], me["is_admin"]) == (claims["email"], "Grace", False)
    actions = [event.action for event in events_of(me["id"])]
    assert actions == [AuditAction.ACCOUNT_CREATED, AuditAction.IDENTITY_LINKED]


@pytest.mark.parametrize("name", [None, " ", "\0", 7])
def test_who_is_told_without_a_name_is_called_by_the_address(
    openid: OpenId, visit: Open, name: object
) -> None:
    claims = somebody(name=name)
    openid.prepare(claims)
    browser = visit(create_accounts=True)
    browser.signs_in()
    me = browser.me()
    assert me
    assert me["name"] == claims["sub"]


@pytest.mark.parametrize("elsewhere", [["email", "email_verified", "name"], ["email_verified"]])
def test_the_address_may_be_with_what_is_told_of_the_person(
    stack: Stack, openid: OpenId, visit: Open, elsewhere: list[str]
) -> None:
    person = stack.person()
    openid.prepare(somebody(email=person.user.email), elsewhere=elsewhere)
    browser = visit()
    assert browser.signs_in() == "/"
    assert browser.me()


def test_an_address_of_a_listed_domain_comes_in(openid: OpenId, visit: Open) -> None:
    openid.prepare(somebody())
    assert visit(create_accounts=True, email_domains=["else.example", "Example.ORG"]).signs_in() == "/"


def test_a_new_key_of_the_provider_is_asked_for(stack: Stack, openid: OpenId, visit: Open) -> None:
    claims = somebody(email=stack.person().user.email)
    openid.prepare(claims)
    browser = visit()
    assert browser.signs_in() == "/"
    openid.prepare(claims, rotate=True)
    assert browser.signs_in() == "/"


def test_what_was_kept_of_it_is_gone_after_it(stack: Stack, openid: OpenId, visit: Open) -> None:
    openid.prepare(somebody(email=stack.person().user.email))
    browser = visit()
    callback = browser.leaves()
    mine = select(OidcFlow).where(OidcFlow.secret_hash == fingerprint(browser.http.cookies["nextbatch_oidc"]))
    with unit_of_work() as work:
        assert work.session.scalar(mine)
    browser.comes_back(callback)
    assert "nextbatch_oidc" not in browser.http.cookies
    with unit_of_work() as work:
        assert work.session.scalar(mine) is None


def test_what_never_came_back_goes_with_the_next_that_leaves(openid: OpenId, visit: Open) -> None:
    browser = visit()
    browser.leaves()
    lost = fingerprint(browser.http.cookies["nextbatch_oidc"])
    with unit_of_work() as work:
        past = func.now() - timedelta(seconds=1)
        work.session.execute(update(OidcFlow).where(OidcFlow.secret_hash == lost).values(expires_at=past))
    browser.leaves()
    with unit_of_work() as work:
        assert work.session.scalar(select(OidcFlow).where(OidcFlow.secret_hash == lost)) is None


@pytest.fixture
def secure() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEXTBATCH_SECURE_COOKIES", "true")
        yield
    get_settings.cache_clear()


def test_over_https_its_cookies_are_this_hosts_alone(
    stack: Stack, openid: OpenId, secure: None, visit: Open
) -> None:
    openid.prepare(somebody(email=stack.person().user.email))
    browser = visit("https://nextbatch.example")
    start = browser.get("/api/v1/oidc/start")
    name, *attributes = start.headers["set-cookie"].split("; ")
    assert name.startswith("__Host-nextbatch-oidc=")
    assert {"Path=/", "Secure", "HttpOnly", "SameSite=lax"} <= set(attributes)
    assert browser.leaves().startswith("https://nextbatch.example/api/v1/oidc/callback?")
    assert browser.signs_in() == "/"
    assert browser.http.cookies["__Host-nextbatch"]


def test_the_ways_to_sign_in_are_told_and_nothing_else(stack: Stack, visit: Open) -> None:
    assert visit().get("/api/v1/sign-in-options").json() == {"password": True, "oidc": {"name": "Example ID"}}


def test_without_a_provider_there_is_the_password(stack: Stack, owner: Person) -> None:
    assert owner.client.call("GET", "/sign-in-options") == {"password": True, "oidc": None}
    for path in ("start", "callback"):
        answer = owner.client.request("GET", f"/oidc/{path}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "oidc_off")

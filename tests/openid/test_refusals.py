"""What does not hold opens no session, and the sign-in page is told why."""

import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, update
from structlog.testing import capture_logs

from app.db.models import OidcFlow
from app.db.session import unit_of_work
from app.embedded import free_port
from app.services import provider
from tests.openid.running import Browser, Open, OpenId, openid, somebody, started_openid, visit
from tests.stack import Person, Stack

__all__ = ["openid", "started_openid", "visit"]


@pytest.fixture
def person(stack: Stack) -> Person:
    return stack.person()


def refused(browser: Browser, code: str, path: str = "/") -> None:
    assert browser.signs_in(path) == f"{path}?sign_in_error={code}"
    assert browser.me() is None


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ("nonce", "Invalid claim: 'nonce'"),
        ("issuer", "Invalid claim: 'iss'"),
        ("audience", "Invalid claim: 'aud'"),
        ("expired", "The token is expired"),
        ("subject", "ValidationError"),
        ("signature", "BadSignatureError"),
        ("symmetric", "'HS256' is not allowed"),
        ("unsigned", "'none' is not allowed"),
    ],
)
def test_a_token_that_does_not_hold_is_refused(
    person: Person, openid: OpenId, visit: Open, fault: str, why: str
) -> None:
    openid.prepare(somebody(email=person.user.email), fault=fault)
    with capture_logs() as said:
        refused(visit(), "oidc_token_refused")
    assert [line["event"] for line in said] == ["oidc_token_refused"]
    assert why in said[0]["error"]


def test_no_token_is_refused(person: Person, openid: OpenId, visit: Open) -> None:
    openid.prepare(somebody(email=person.user.email), fault="no id token")
    refused(visit(), "oidc_token_refused")


def test_what_is_told_of_another_person_is_refused(person: Person, openid: OpenId, visit: Open) -> None:
    openid.prepare(somebody(email=person.user.email), elsewhere=["email"], fault="userinfo")
    refused(visit(), "oidc_token_refused")


def test_a_code_of_the_providers_that_it_does_not_know_is_refused(
    person: Person, openid: OpenId, visit: Open
) -> None:
    openid.prepare(somebody(email=person.user.email))
    browser = visit()
    callback = browser.leaves()
    path, _, code = callback.rpartition("code=")
    assert browser.comes_back(f"{path}code=x{code}") == "/?sign_in_error=oidc_token_refused"


def test_who_does_not_want_to_is_told_so(openid: OpenId, visit: Open) -> None:
    openid.prepare(somebody(), fault="denied")
    refused(visit(), "oidc_denied")


@pytest.mark.parametrize(
    "more",
    [
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "no"},
        {"email": None},
        {"email": "\0@example.org"},
        {"email": "none"},
    ],
)
def test_an_address_that_nobody_vouches_for_is_refused(
    person: Person, openid: OpenId, visit: Open, more: dict[str, object]
) -> None:
    openid.prepare(somebody(email=person.user.email) | more)
    refused(visit(create_accounts=True), "oidc_email_unverified", "/account")


def test_an_unknown_person_is_refused(openid: OpenId, visit: Open) -> None:
    openid.prepare(somebody())
    refused(visit(), "oidc_no_account")


@pytest.mark.parametrize("email", ["a@else.example", "a@sub.example.org", "a@example.org.else.example"])
def test_an_address_of_another_domain_is_refused(openid: OpenId, visit: Open, email: str) -> None:
    openid.prepare(somebody(email=email))
    refused(visit(create_accounts=True, email_domains=["example.org"]), "oidc_email_domain")


def test_whose_address_has_left_the_domains_is_refused(person: Person, openid: OpenId, visit: Open) -> None:
    claims = somebody(email=person.user.email)
    openid.prepare(claims)
    assert visit(email_domains=["example.org"]).signs_in() == "/"
    openid.prepare(claims | {"email": "x@else.example"})
    refused(visit(email_domains=["example.org"]), "oidc_email_domain")
    openid.prepare(claims | {"email_verified": False})
    refused(visit(email_domains=["example.org"]), "oidc_email_unverified")


def test_whoever_has_the_address_next_does_not_get_the_account(
    person: Person, openid: OpenId, visit: Open
) -> None:
    openid.prepare(somebody(email=person.user.email))
    assert visit().signs_in() == "/"
    openid.prepare(somebody(email=person.user.email))
    refused(visit(create_accounts=True), "oidc_account_of_another")


def test_an_account_whose_identity_is_taken_away_is_linked_anew(
    stack: Stack, person: Person, openid: OpenId, visit: Open
) -> None:
    openid.prepare(somebody(email=person.user.email))
    before = visit()
    assert before.signs_in() == "/"
    stack.person(admin=True).client.call("DELETE", f"/users/{person.user.id}/identities")
    assert before.me() is None
    openid.prepare(somebody(email=person.user.email))
    assert visit().signs_in() == "/"


@pytest.mark.parametrize("known", [True, False])
def test_who_is_deactivated_stays_out(
    stack: Stack, person: Person, openid: OpenId, visit: Open, known: bool
) -> None:
    openid.prepare(somebody(email=person.user.email))
    if known:
        assert visit().signs_in() == "/"
    stack.person(admin=True).client.call("PATCH", f"/users/{person.user.id}", json={"active": False})
    refused(visit(), "oidc_account_inactive")


OVER = "/?sign_in_error=oidc_flow_over"


def test_a_sign_in_comes_back_once(person: Person, openid: OpenId, visit: Open) -> None:
    openid.prepare(somebody(email=person.user.email))
    browser = visit()
    callback = browser.leaves()
    secret = browser.http.cookies["nextbatch_oidc"]
    assert browser.comes_back(callback) == "/"
    browser.http.cookies.clear()
    browser.http.cookies.set("nextbatch_oidc", secret)
    assert browser.comes_back(callback) == OVER
    assert browser.me() is None


def test_a_sign_in_of_another_browser_is_refused(person: Person, openid: OpenId, visit: Open) -> None:
    openid.prepare(somebody(email=person.user.email))
    theirs = visit().leaves()
    mine = visit()
    assert mine.comes_back(theirs) == OVER
    mine.leaves()
    assert mine.comes_back(theirs) == OVER
    assert mine.me() is None


def test_a_state_that_was_not_given_out_is_refused(person: Person, openid: OpenId, visit: Open) -> None:
    openid.prepare(somebody(email=person.user.email))
    browser = visit()
    assert browser.comes_back(browser.leaves().replace("state=", "state=x")) == OVER
    assert browser.comes_back("/api/v1/oidc/callback") == OVER


def test_a_sign_in_that_took_too_long_is_refused(person: Person, openid: OpenId, visit: Open) -> None:
    openid.prepare(somebody(email=person.user.email))
    browser = visit()
    callback = browser.leaves()
    with unit_of_work() as work:
        work.session.execute(update(OidcFlow).values(expires_at=func.now() - timedelta(seconds=1)))
    assert browser.comes_back(callback) == OVER


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example", "//evil.example", "/\\evil.example", "\\/evil.example", "/\t/evil.example",
        "/\n/evil.example", "evil.example", "", "javascript:alert(1)", " /", "/a b",
    ],
)  # fmt: skip
def test_a_way_to_another_site_is_refused(visit: Open, to: str) -> None:
    answer = visit().get("/api/v1/oidc/start", params={"to": to})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "http://127.0.0.1/another"},
        {"token_endpoint": "http://elsewhere.example/token"},
        {"jwks_uri": None},
        {"id_token_signing_alg_values_supported": ["HS256", "none"]},
    ],
)
def test_a_provider_that_cannot_be_trusted_is_not_used(
    openid: OpenId, visit: Open, document: dict[str, object]
) -> None:
    openid.prepare(document=document)
    answer = visit().get("/api/v1/oidc/start", params={"to": "/account"})
    assert answer.headers["location"] == "/account?sign_in_error=oidc_unavailable"


def test_a_provider_that_is_away_is_told(visit: Open) -> None:
    answer = visit(issuer=f"http://127.0.0.1:{free_port()}").get("/api/v1/oidc/start")
    assert answer.headers["location"] == "/?sign_in_error=oidc_unavailable"


@pytest.fixture
def silent() -> Iterator[int]:
    """A port where nobody ever answers."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


def test_a_provider_that_is_silent_is_not_waited_for(
    visit: Open, silent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider, "_SECONDS", 0.1)
    answer = visit(issuer=f"http://127.0.0.1:{silent}").get("/api/v1/oidc/start")
    assert answer.headers["location"] == "/?sign_in_error=oidc_unavailable"

"""The button that leads to the OpenID provider, and back."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.embedded import free_port
from app.supervisor import COMMANDS
from tests.browser.test_accessibility import found
from tests.openid.running import OpenId, openid, somebody, started_openid
from tests.stack import Stack

__all__ = ["openid", "started_openid"]
BUTTON = "Sign in with Example ID"
NO_ACCOUNT = "There is no account for your email address. Ask an administrator for one."

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def knowing(stack: Stack, started_openid: OpenId) -> Iterator[str]:
    """The address of another API process of the service, which knows the provider."""
    port = str(free_port())
    command = [sys.executable, *COMMANDS["api"], "--port", port]
    with subprocess.Popen(command, env=os.environ | started_openid.settings()) as process:
        url = f"http://127.0.0.1:{port}"
        while True:
            try:
                httpx.get(f"{url}/healthz")
                break
            except httpx.ConnectError:
                assert process.poll() is None
                time.sleep(0.1)
        yield url
        process.terminate()


@pytest.fixture
def visit(knowing: str, browser: Browser, openid: OpenId) -> Iterator[Open]:
    """Opens browsers in which nobody is signed in."""
    opened: list[BrowserContext] = []

    def visit(locale: str = "en-GB") -> Page:
        opened.append(browser.new_context(base_url=knowing, locale=locale))
        return opened[-1].new_page()

    yield visit
    for context in opened:
        context.close()


def test_it_signs_in_and_comes_back_to_the_page(
    stack: Stack, knowing: str, openid: OpenId, visit: Open
) -> None:
    person = stack.person()
    openid.prepare(somebody(email=person.user.email))
    page = visit()
    page.goto("/account?from=a+mail")
    page.get_by_role("link", name=BUTTON).click()
    expect(page.get_by_role("heading", name="Account", exact=True)).to_be_visible()
    expect(page).to_have_url(f"{knowing}/account?from=a+mail")
    assert page.request.get("/api/v1/me").json()["user"]["id"] == str(person.user.id)


def test_who_is_refused_is_told_why_and_can_sign_in_otherwise(
    stack: Stack, knowing: str, openid: OpenId, visit: Open
) -> None:
    openid.prepare(somebody())
    page = visit()
    page.goto("/projects/new")
    page.get_by_role("link", name=BUTTON).click()
    told = page.get_by_test_id("sign-in-refused")
    expect(told).to_contain_text(NO_ACCOUNT)
    expect(told).to_contain_text("oidc_no_account")
    expect(page).to_have_url(f"{knowing}/projects/new")
    openid.prepare(somebody(email=stack.person().user.email))
    page.get_by_role("link", name=BUTTON).click()
    expect(page.get_by_role("heading", name="New project")).to_be_visible()


def test_it_speaks_korean(openid: OpenId, visit: Open) -> None:
    openid.prepare(somebody())
    page = visit("ko-KR")
    page.goto("/")
    page.get_by_role("link", name="Example ID(으)로 로그인").click()
    expect(page.get_by_test_id("sign-in-refused")).to_contain_text("이 이메일 주소의 계정이 없습니다.")


def test_a_code_that_somebody_made_up_says_nothing_of_theirs(visit: Open) -> None:
    page = visit()
    page.goto("/?sign_in_error=weights_removed")
    expect(page.get_by_test_id("sign-in-refused")).to_contain_text("Signing in did not work.")


def test_who_follows_an_invitation_is_told_beside_the_way_they_took(
    stack: Stack, openid: OpenId, visit: Open
) -> None:
    owner = stack.person().client
    project = owner.call("POST", "/projects", json={"name": "cats", "classes": [{"name": "cat"}]})["id"]
    link = owner.call("POST", f"/projects/{project}/invitations", json={"role": "annotator"})["path"]
    openid.prepare(somebody())
    page = visit()
    page.goto(link)
    page.get_by_text("I have an account").click()
    page.get_by_role("link", name=BUTTON).click()
    expect(page.get_by_test_id("sign-in-refused")).to_contain_text(NO_ACCOUNT)
    openid.prepare(somebody(email=stack.person().user.email))
    page.get_by_role("link", name=BUTTON).click()
    page.get_by_role("button", name="Join the project").click()
    expect(page.get_by_role("heading", name="cats")).to_be_visible()


def test_axe_finds_nothing_on_its_page(visit: Open) -> None:
    page = visit()
    wrong = found(page, "/?sign_in_error=oidc_no_account", {"sign-in": None})
    expect(page.get_by_role("link", name=BUTTON)).to_be_visible()
    expect(page.get_by_test_id("sign-in-refused")).to_be_visible()
    assert not wrong, "\n".join(map(str, wrong))


def test_without_a_provider_there_is_no_button(stack: Stack, browser: Browser) -> None:
    context = browser.new_context(base_url=stack.url)
    page = context.new_page()
    with page.expect_response("**/api/v1/sign-in-options"):
        page.goto("/")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.get_by_role("link")).to_have_count(0)
    context.close()

"""A real Chromium: Debian's where it is, else Playwright's own."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.stack import PASSWORD, Person, Stack

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def faults() -> list[str]:
    """What went wrong in the page: nothing, one hopes."""
    return []


@pytest.fixture
def page(stack: Stack, browser: Browser, owner: Person, faults: list[str]) -> Iterator[Page]:
    """A page of the signed-in owner; an uncaught error in it fails the test."""
    context = browser.new_context(base_url=stack.url, viewport={"width": 1280, "height": 900})
    login = {"email": owner.user.email, "password": PASSWORD}
    assert context.request.post("/api/v1/auth/login", data=login).ok
    opened = context.new_page()
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    context.close()
    assert faults == []

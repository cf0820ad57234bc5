"""The API's documents as a page: it needs no other host, and keeps to the policy of all pages."""

from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.stack import Stack


@pytest.fixture
def refused() -> list[str]:
    """What the browser would not do, because of the policy or otherwise."""
    return []


def opened(stack: Stack, browser: Browser, asked: list[str], refused: list[str]) -> Page:
    page = browser.new_context(base_url=stack.url).new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: refused.append(str(error)))
    page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
    page.goto("/api/docs")
    return page


def test_operations_are_listed_and_can_be_opened(stack: Stack, browser: Browser, refused: list[str]) -> None:
    asked: list[str] = []
    page = opened(stack, browser, asked, refused)
    expect(page.get_by_role("heading", name="Nextbatch")).to_be_visible()
    operations = page.locator(".opblock")
    document = httpx.get(f"{stack.url}/api/v1/openapi.json").json()
    expect(operations).to_have_count(sum(len(methods) for methods in document["paths"].values()))
    page.locator("#operations-labelling-get_queue .opblock-control-arrow").first.click()
    expect(page.locator("#operations-labelling-get_queue")).to_contain_text("project_id")
    page.context.close()
    own = urlsplit(stack.url).netloc
    assert [url for url in asked if not url.startswith("data:") and urlsplit(url).netloc != own] == []
    assert refused == []

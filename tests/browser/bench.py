"""A bench to sit at, and what came of it."""

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.stack import PASSWORD, MakeProject, Person, Project, Stack

SECONDS = 60_000  # milliseconds for what a busy machine does


def queue_of(make_project: MakeProject, budget: int) -> Project:
    project = make_project(pool=budget + 4)
    project.rank(pool_batches=1)
    project.start_cycle(budget=budget)
    return project


def open_bench(page: Page, make_project: MakeProject, budget: int = 6) -> Project:
    project = queue_of(make_project, budget)
    sit(page, project)
    return project


def sit(page: Page, project: Project) -> None:
    page.goto(f"/projects/{project.id}/label")
    expect(page.get_by_test_id("bench-image")).to_be_visible()


def context_of(stack: Stack, browser: Browser, person: Person, **options: Any) -> BrowserContext:
    context = browser.new_context(base_url=stack.url, **options)
    sign_in(context, person)
    return context


def sign_in(context: BrowserContext, person: Person) -> None:
    login = {"email": person.user.email, "password": PASSWORD}
    assert context.request.post("/api/v1/auth/login", data=login).ok


def shown(page: Page) -> str:
    return str(page.get_by_test_id("bench-image").get_attribute("data-image"))


def labels(project: Project) -> list[str]:
    items = project.client.call("GET", f"/projects/{project.id}/labels?limit=1000")["items"]
    return sorted(item["class"] for item in items)


def annotations(project: Project) -> list[dict[str, Any]]:
    return list(project.client.call("GET", f"/projects/{project.id}/annotations?limit=1000")["items"])


def comes_true(claim: Callable[[], bool]) -> None:
    """Wait until something holds; fails after a minute."""
    end = time.monotonic() + SECONDS / 1000
    while not claim():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.1)

"""Every page can be read and used by everybody: axe finds nothing, in both themes, wide and narrow."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.browser.bench import SECONDS, comes_true, context_of
from tests.stack import MakeProject, Project, Stack

AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
RUN = """async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const {violations} = await axe.run(document, {runOnly: tags});
    const told = ({target, failureSummary}) => [target.join(" "), failureSummary];
    return violations.map(({id, nodes}) => [id, nodes.map(told)]);
}"""
HEADING = ":is(h1, h2, h3, h4):not(header *)"
SIZES = ((1280, 900), (390, 844))

Act = Callable[[Page], None]


def press(key: str) -> Act:
    return lambda page: page.keyboard.press(key)


def click(name: str) -> Act:
    return lambda page: page.get_by_role("button", name=name, exact=True).first.click()


def at_the_bench(then: Act | None = None) -> Act:
    def act(page: Page) -> None:
        expect(page.get_by_test_id("bench-image")).to_be_visible(timeout=SECONDS)
        if then:
            then(page)

    return act


def the_first_job(page: Page) -> None:
    page.get_by_test_id("job-list").get_by_role("link").last.click()
    expect(page.get_by_role("log")).to_be_visible(timeout=SECONDS)


def the_map(page: Page) -> None:
    if page.get_by_test_id("map").count() == 0:
        page.get_by_role("button", name="Draw the map").click()
    page.get_by_test_id("map").press("ArrowRight", timeout=SECONDS)


# The path, and what is opened there. "{}" is the project.
PAGES: dict[str, tuple[str, Act | None]] = {
    "projects": ("/", None),
    "menu": ("/", click("Someone")),
    "new project": ("/projects/new", None),
    "overview": ("/projects/{}", None),
    "a cycle to start": ("/projects/{}", click("Start a cycle")),
    "bench": ("/projects/{}/label", at_the_bench()),
    "grid": ("/projects/{}/label", at_the_bench(press("Shift+G"))),
    "keys": ("/projects/{}/label", at_the_bench(press("?"))),
    "search": ("/projects/{}/label", at_the_bench(press("/"))),
    "skip": ("/projects/{}/label", at_the_bench(press("Shift+S"))),
    "guide": ("/projects/{}/label", at_the_bench(press("Shift+H"))),
    "images": ("/projects/{}/images", None),
    "an image": ("/projects/{}/images", lambda page: page.get_by_test_id("thumb").first.click()),
    "guidelines": ("/projects/{}/guidelines", None),
    "classes": ("/projects/{}/classes", None),
    "members": ("/projects/{}/members", None),
    "invitation": ("/projects/{}/members", click("Invite")),
    "review": ("/projects/{}/review", None),
    "label check": ("/projects/{}/label-check", None),
    "backtests": ("/projects/{}/backtests", None),
    "map": ("/projects/{}/map", the_map),
    "jobs": ("/projects/{}/jobs", None),
    "job": ("/projects/{}/jobs", the_first_job),
    "settings": ("/projects/{}/settings", None),
    "account": ("/account", None),
    "token": ("/account", click("New token")),
    "users": ("/admin/users", None),
    "nobody's project": ("/projects/00000000-0000-7000-8000-000000000000", None),
}
SIGNED_OUT: dict[str, tuple[str, Act | None]] = {"sign-in": ("/", None), "join": ("/join/nothing", None)}


def played(make_project: MakeProject) -> Project:
    """A project with a trained cycle, flagged answers, and an open queue."""
    project = make_project(pool=20, test=10, budget=4, auto_next_cycle=True)
    project.rank(pool_batches=2)
    project.start_cycle(budget=4)
    leased = project.client.call("POST", f"/projects/{project.id}/assignments", json={"limit": 4})["items"]
    user = project.client.call("GET", "/me")["user"]["id"]
    items = [{"assignment_id": item["id"], "class": "1", "flagged": True} for item in leased]
    project.client.call("POST", f"/projects/{project.id}/answers", json={"user_id": user, "items": items})
    comes_true(lambda: project.client.call("GET", f"/projects/{project.id}/queue")["number"] == 2)
    return project


def found(page: Page, name: str, where: str, act: Act | None) -> list[Any]:
    """What axe says of a page in both themes and widths, named."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(where)
    page.wait_for_load_state("load" if "label" in where else "networkidle")
    expect(page.locator(HEADING).first).to_be_attached(timeout=SECONDS)
    if act:
        act(page)
        page.wait_for_timeout(300)  # until what opens has opened
    page.add_script_tag(path=AXE)
    wrong = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(100)
            wrong += [(name, theme, width, *violation) for violation in page.evaluate(RUN)]
    return wrong


def test_axe_finds_nothing_on_any_page(stack: Stack, browser: Browser, make_project: MakeProject) -> None:
    project = played(make_project)
    admin = stack.person(admin=True)
    gone = stack.person().user.id
    admin.client.call("PATCH", f"/users/{gone}", json={"active": False})
    mine = context_of(stack, browser, admin)
    nobodys = browser.new_context(base_url=stack.url)
    wrong = []
    for context, pages in ((nobodys, SIGNED_OUT), (mine, PAGES)):
        page = context.new_page()
        for name, (where, act) in pages.items():
            wrong += found(page, name, where.format(project.id), act)
        context.close()
    assert not wrong, "\n".join(map(str, wrong))

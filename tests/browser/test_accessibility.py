"""Every page can be read and used by everybody: axe finds nothing, in both themes, wide and narrow.

And none of them does what the policy of pages forbids, which the same visits show.
"""

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
# What the browser refused, told by the next page, too.
LISTEN = """addEventListener("securitypolicyviolation", ({violatedDirective, blockedURI, documentURI}) => {
    const told = JSON.parse(sessionStorage.refused ?? "[]");
    sessionStorage.refused = JSON.stringify([...told, [violatedDirective, blockedURI, documentURI]]);
})"""
# Once the page has been drawn anew, and what passes into something else has done so.
DRAWN = """async () => {
    const frame = () => new Promise(requestAnimationFrame);
    await frame();
    await frame();
    const passing = document.getAnimations().filter((one) => one instanceof CSSTransition);
    await Promise.allSettled(passing.map(({finished}) => finished));
}"""
HEADING = ":is(h1, h2, h3, h4):not(header *)"
SIZES = ((1280, 900), (390, 844))

Act = Callable[[Page], None]


def press(*keys: str) -> Act:
    def act(page: Page) -> None:
        for key in keys:
            page.keyboard.press(key)

    return act


def click(name: str) -> Act:
    return lambda page: page.get_by_role("button", name=name, exact=True).first.click()


def at_the_bench(page: Page) -> None:
    expect(page.get_by_test_id("bench-image")).to_be_visible(timeout=SECONDS)


def the_first_image(page: Page) -> None:
    page.get_by_test_id("thumb").first.click()


def the_first_job(page: Page) -> None:
    page.get_by_test_id("job-list").get_by_role("link").last.click()
    expect(page.get_by_role("log")).to_be_visible(timeout=SECONDS)


def the_map(page: Page) -> None:
    if page.get_by_test_id("map").count() == 0:
        page.get_by_role("button", name="Draw the map").click()
    page.get_by_test_id("map").press("ArrowRight", timeout=SECONDS)


# Paths, and what is looked at there, one after the other: each is opened from the page before it, on which
# Escape has closed what there was. "{}" is the project.
PAGES: dict[str, dict[str, Act | None]] = {
    "/": {"projects": None, "menu": click("Someone")},
    "/projects/new": {"new project": None},
    "/projects/{}": {"overview": None, "a cycle to start": click("Start a cycle")},
    "/projects/{}/label": {
        "bench": at_the_bench,
        "keys": press("?"),
        "search": press("/"),
        "skip": press("Shift+S"),
        "grid": press("Shift+G"),
        "guide": press("Shift+G", "Shift+H"),
    },
    "/projects/{}/images": {
        "images": None,
        "an image": lambda page: page.get_by_test_id("thumb").first.click(),
    },
    "/projects/{}/guidelines": {"guidelines": None},
    "/projects/{}/classes": {"classes": None},
    "/projects/{}/members": {"members": None, "invitation": click("Invite")},
    "/projects/{}/review": {"review": None},
    "/projects/{}/label-check": {"label check": None},
    "/projects/{}/backtests": {"backtests": None},
    "/projects/{}/map": {"map": the_map},
    "/projects/{}/jobs": {"jobs": None, "job": the_first_job},
    "/projects/{}/settings": {"settings": None},
    "/account": {"account": None, "token": click("New token")},
    "/admin/users": {"users": None},
    "/projects/00000000-0000-7000-8000-000000000000": {"nobody's project": None},
}
SIGNED_OUT: dict[str, dict[str, Act | None]] = {
    "/": {"sign-in": None},
    "/join/nothing": {"join": None},
    "/new-password/nothing": {"new password": None},
}


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


def found(page: Page, where: str, shown: dict[str, Act | None]) -> list[Any]:
    """What axe says of all that is shown at a path, in both themes and widths, named."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(where)
    page.wait_for_load_state("load" if "label" in where else "networkidle")
    expect(page.locator(HEADING).first).to_be_attached(timeout=SECONDS)
    page.evaluate(AXE.read_text())  # not as a script of the page, which its policy would refuse
    wrong = []
    for number, (name, act) in enumerate(shown.items()):
        if number:
            page.emulate_media(color_scheme="light", reduced_motion="reduce")
            page.set_viewport_size({"width": 1280, "height": 900})
            page.keyboard.press("Escape")
            expect(page.locator("[role=dialog], [role=menu]")).to_have_count(0)
        if act:
            act(page)
            page.wait_for_timeout(300)  # until what opens has opened
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            for width, height in SIZES:
                page.set_viewport_size({"width": width, "height": height})
                page.evaluate(DRAWN)
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
        page.add_init_script(LISTEN)
        for where, shown in pages.items():
            wrong += found(page, where.format(project.id), shown)
        wrong += page.evaluate("JSON.parse(sessionStorage.refused ?? '[]')")
        context.close()
    assert not wrong, "\n".join(map(str, wrong))

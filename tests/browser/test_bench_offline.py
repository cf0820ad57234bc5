"""No answer is lost, and none goes out under another's name."""

from playwright.sync_api import Browser, Page, expect

from app.domain.enums import Role
from tests.browser.bench import (
    SECONDS,
    annotations,
    comes_true,
    context_of,
    labels,
    open_bench,
    queue_of,
    shown,
    sign_in,
    sit,
)
from tests.stack import MakeProject, Stack

ANSWERS = "**/answers"
COUNT = """() => new Promise((resolve, reject) => {
    const opening = indexedDB.open("nextbatch");
    opening.onerror = reject;
    opening.onsuccess = () => {
        const counting = opening.result.transaction("answers").objectStore("answers").count();
        counting.onsuccess = () => { opening.result.close(); resolve(counting.result); };
    };
})"""


def kept(page: Page) -> int:
    """How many answers wait in the browser; a page that goes away at once would cut their writing off."""
    return int(page.evaluate(COUNT))


def test_no_answer_is_lost_while_the_server_is_away(page: Page, make_project: MakeProject) -> None:
    project = open_bench(page, make_project)
    page.route(ANSWERS, lambda route: route.abort())
    page.get_by_test_id("class-1").click()
    page.get_by_test_id("class-2").click()
    expect(page.get_by_test_id("unsent")).to_have_text("2 unsent, kept here")
    page.unroute(ANSWERS)
    expect(page.get_by_test_id("unsent")).to_be_empty(timeout=SECONDS)
    assert labels(project) == ["1", "2"]


def test_answers_outlive_a_reload_and_their_images_do_not_come_again(
    page: Page, make_project: MakeProject
) -> None:
    project = open_bench(page, make_project)
    page.route(ANSWERS, lambda route: route.abort())
    seen = [shown(page)]
    page.keyboard.press("2")
    seen.append(shown(page))
    page.keyboard.press("3")
    third = shown(page)
    expect(page.get_by_test_id("unsent")).to_have_text("2 unsent, kept here")
    page.reload()
    expect(page.get_by_test_id("bench-image")).to_have_attribute("data-image", third)
    expect(page.get_by_test_id("unsent")).to_have_text("2 unsent, kept here")
    page.unroute(ANSWERS)
    expect(page.get_by_test_id("unsent")).to_be_empty(timeout=SECONDS)
    assert [(a["image_id"], a["class"]) for a in annotations(project)] == list(zip(seen, "12", strict=True))


def test_unsent_answers_go_out_from_any_page(page: Page, make_project: MakeProject) -> None:
    project = open_bench(page, make_project)
    page.route(ANSWERS, lambda route: route.abort())
    page.keyboard.press("2")
    expect(page.get_by_test_id("unsent")).to_have_text("1 unsent, kept here")
    page.unroute(ANSWERS)
    page.goto("/")
    comes_true(lambda: labels(project) == ["1"])


def test_another_person_in_the_same_browser_never_sends_the_first_ones_answers(
    stack: Stack, browser: Browser, make_project: MakeProject
) -> None:
    project = queue_of(make_project, 40)
    first, second = stack.person(), stack.person()
    project.add(first, Role.ANNOTATOR)
    project.add(second, Role.ANNOTATOR)
    context = context_of(stack, browser, first)
    page = context.new_page()
    sit(page, project)
    page.route(ANSWERS, lambda route: route.abort())
    page.keyboard.press("2")
    expect(page.get_by_test_id("unsent")).to_have_text("1 unsent, kept here")

    # In another tab somebody else signs in: the open page still believes in the first one.
    sign_in(context, second)
    page.unroute(ANSWERS)
    page.keyboard.press("3")
    comes_true(lambda: kept(page) == 2)
    expect(page.get_by_test_id("bench-image")).to_be_visible(timeout=SECONDS)
    expect(page.get_by_text("Someone")).to_be_visible()
    sit(page, project)
    expect(page.get_by_test_id("unsent")).to_be_empty()
    page.keyboard.press("9")
    comes_true(lambda: labels(project) == ["8"])
    assert [a["user_id"] for a in annotations(project)] == [str(second.user.id)]

    sign_in(context, first)
    page.goto("/")
    comes_true(lambda: labels(project) == ["1", "2", "8"])
    users = {a["class"]: a["user_id"] for a in annotations(project)}
    assert users == {"1": str(first.user.id), "2": str(first.user.id), "8": str(second.user.id)}
    context.close()


def test_a_refused_answer_is_shown_and_its_image_comes_back(page: Page, make_project: MakeProject) -> None:
    project = open_bench(page, make_project)
    names = [{"name": str(digit)} for digit in range(9)]  # all but the last, which the page still shows
    project.client.call("PATCH", f"/projects/{project.id}", json={"classes": names})
    first = shown(page)
    page.get_by_test_id("class-9").click()
    expect(page.get_by_test_id("unsent")).to_be_empty(timeout=SECONDS)
    page.keyboard.press("1")
    expect(page.get_by_test_id("bench-image")).to_have_attribute("data-image", first)
    expect(page.get_by_test_id("refusal")).to_contain_text("The project has no class '9'.")
    page.keyboard.press("2")
    comes_true(lambda: labels(project) == ["0", "1"])


def test_answers_after_the_cycle_closed_are_told_as_lost(page: Page, make_project: MakeProject) -> None:
    project = open_bench(page, make_project)
    page.keyboard.press("1")
    comes_true(lambda: labels(project) == ["0"])
    page.route(ANSWERS, lambda route: route.abort())
    page.keyboard.press("2")
    cycle = project.client.call("GET", f"/projects/{project.id}/queue")["cycle_id"]
    project.client.call("POST", f"/cycles/{cycle}/closure")
    page.unroute(ANSWERS)
    expect(page.get_by_test_id("losses")).to_contain_text("takes no answers now", timeout=SECONDS)
    page.get_by_role("button", name="All right").click()
    expect(page.get_by_test_id("losses")).to_have_count(0)


def test_leaving_the_page_gives_the_images_back(stack: Stack, page: Page, make_project: MakeProject) -> None:
    project = open_bench(page, make_project)
    other = stack.person()
    project.add(other, Role.ANNOTATOR)
    path = f"/projects/{project.id}/assignments"
    assert other.client.call("POST", path, json={"limit": 9})["items"] == []
    page.goto("about:blank")
    comes_true(lambda: len(other.client.call("POST", path, json={"limit": 9})["items"]) == 6)


def test_who_answers_faster_than_images_come_waits_for_them(page: Page, make_project: MakeProject) -> None:
    open_bench(page, make_project, budget=30)
    page.route(ANSWERS, lambda route: None)  # answers hang, and so keep their images held
    for number in range(25):  # more than are held ahead at first
        expect(page.get_by_test_id("bench-image")).to_be_visible()
        page.keyboard.press("3")
        expect(page.get_by_test_id("unsent")).to_have_text(f"{number + 1} unsent")
    expect(page.get_by_test_id("bench-image")).to_be_visible()
    expect(page.get_by_text("Others hold")).to_have_count(0)

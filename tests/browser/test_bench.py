"""The annotator's bench: answers, undo, skips, notes, keys, grid, picture."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.bench import (
    SECONDS,
    annotations,
    comes_true,
    context_of,
    labels,
    open_bench,
    queue_of,
    shown,
    sit,
)
from tests.stack import MakeProject, Person, Stack


def test_undo_takes_the_answer_back_and_redo_gives_it_again(page: Page, make_project: MakeProject) -> None:
    project = open_bench(page, make_project)
    first = shown(page)
    page.get_by_test_id("class-4").click()
    expect(page.get_by_test_id("queue-progress")).to_contain_text("1 of 6, 1 by you")
    page.keyboard.press("z")
    assert shown(page) == first
    expect(page.get_by_test_id("queue-progress")).to_contain_text("0 of 6, 0 by you")
    assert labels(project) == []
    page.keyboard.press("Shift+Z")
    expect(page.get_by_test_id("queue-progress")).to_contain_text("1 of 6, 1 by you")
    assert labels(project) == ["4"]


def test_one_goes_back_and_answers_anew(page: Page, make_project: MakeProject) -> None:
    project = open_bench(page, make_project)
    page.keyboard.press("5")  # the fifth key belongs to the fifth class
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_test_id("class-4")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("8")
    comes_true(lambda: labels(project) == ["7"])


def test_a_skipped_image_counts_as_done(page: Page, make_project: MakeProject) -> None:
    project = open_bench(page, make_project)
    page.keyboard.press("s")
    expect(page.get_by_test_id("queue-progress")).to_contain_text("1 of 6, 0 by you")
    page.keyboard.press("Shift+S")
    page.keyboard.press("1")  # the first of the usual reasons
    expect(page.get_by_test_id("queue-progress")).to_contain_text("2 of 6, 0 by you")
    assert labels(project) == []


def test_flag_and_note_go_with_the_answer(page: Page, make_project: MakeProject) -> None:
    project = open_bench(page, make_project)
    page.keyboard.press("Shift+F")
    page.keyboard.press("Shift+N")
    page.get_by_label("For reviewers").fill("half of it is missing")
    page.keyboard.press("Enter")
    expect(page.get_by_text("half of it is missing")).to_be_visible()
    page.keyboard.press("3")
    comes_true(lambda: labels(project) == ["2"])
    assert [(a["flagged"], a["note"]) for a in annotations(project)] == [(True, "half of it is missing")]


def test_a_key_held_down_gives_one_answer(page: Page, make_project: MakeProject) -> None:
    project = open_bench(page, make_project)
    for _ in range(4):  # without a release in between, all but the first are repeats
        page.keyboard.down("3")
    page.keyboard.up("3")
    expect(page.get_by_test_id("queue-progress")).to_contain_text("1 of 6")
    assert labels(project) == ["2"]


def test_a_class_is_found_by_typing(page: Page, make_project: MakeProject) -> None:
    project = make_project(pool=6)
    names = [f"kind {number}" for number in range(40)] + ["zebra"]
    classes = {"classes": [{"name": name} for name in names]}
    project.client.call("PATCH", f"/projects/{project.id}", json=classes)
    project.rank(pool_batches=1)
    project.start_cycle(budget=2)
    sit(page, project)
    slow = page.context.new_cdp_session(page)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 20})  # letters come faster than the page is drawn
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("/")
    page.keyboard.type("zeb")
    page.keyboard.press("Enter")
    comes_true(lambda: labels(project) == ["zebra"])


def test_keys_can_be_changed_and_a_clash_is_refused(
    stack: Stack, browser: Browser, make_project: MakeProject
) -> None:
    person = stack.person(admin=True)
    project = queue_of(make_project, 6)
    context = context_of(stack, browser, person)
    page = context.new_page()
    sit(page, project)
    page.keyboard.press("?")
    change = page.get_by_test_id("help-skip").get_by_role("button", name="Change the key of Skip")
    change.click()
    page.keyboard.press("Shift+F")
    expect(page.get_by_role("alert")).to_contain_text("Shift F is the key of “Flag for review”")
    page.keyboard.press("q")
    expect(page.get_by_role("alert")).to_contain_text("belong to the classes")
    page.keyboard.press("Shift+X")
    expect(page.get_by_test_id("help-skip")).to_contain_text("Shift X")
    comes_true(lambda: person.client.call("GET", "/me")["preferences"]["keys"] == {"skip": ["shift+x"]})
    sit(page, project)  # another visit
    page.keyboard.press("s")
    page.keyboard.press("Shift+X")
    expect(page.get_by_test_id("queue-progress")).to_contain_text("1 of 6, 0 by you")
    context.close()


def test_a_grid_gives_many_images_one_class_and_undo_takes_it_from_all(
    page: Page, make_project: MakeProject
) -> None:
    project = open_bench(page, make_project, budget=8)
    page.keyboard.press("Shift+G")
    cells = page.get_by_test_id("bench-cell")
    expect(cells).to_have_count(8)
    cells.nth(1).click()
    cells.nth(3).click(modifiers=["Shift"])
    page.keyboard.press("4")
    comes_true(lambda: labels(project) == ["3", "3", "3"])
    expect(cells.nth(2)).to_have_attribute("aria-label", "Image, 3")
    page.keyboard.press("z")
    comes_true(lambda: labels(project) == [])
    page.keyboard.press("Control+a")
    page.keyboard.press("7")
    comes_true(lambda: labels(project) == ["6"] * 8)


def test_a_grid_is_steered_by_keyboard_and_mouse(page: Page, make_project: MakeProject) -> None:
    open_bench(page, make_project, budget=8)
    page.get_by_test_id("command-grid").click()
    cells = page.get_by_test_id("bench-cell")
    chosen = page.locator('[data-testid=bench-cell][aria-selected="true"]')
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowRight")
    expect(chosen).to_have_count(2)
    expect(cells.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(chosen).to_have_count(0)
    first, third = cells.nth(0).bounding_box(), cells.nth(2).bounding_box()
    assert first
    assert third
    page.mouse.move(first["x"] + 20, first["y"] + 20)
    page.mouse.down()
    page.mouse.move(third["x"] + 20, third["y"] + 40, steps=4)
    page.mouse.up()
    expect(chosen).to_have_count(3)


def test_the_picture_is_zoomed_and_lit_until_the_next_one_or_kept(
    stack: Stack, browser: Browser, make_project: MakeProject
) -> None:
    context = context_of(stack, browser, stack.person(admin=True))
    page = context.new_page()
    sit(page, queue_of(make_project, 6))
    frame = page.locator(".bench-frame")
    expect(frame).to_have_css("image-rendering", "pixelated")
    page.keyboard.press("+")
    page.keyboard.press("Shift+I")
    page.keyboard.press("PageUp")
    expect(frame).to_have_css("filter", "brightness(1.1) invert(1)")
    expect(frame).to_have_css("transform", "matrix(1.25, 0, 0, 1.25, 0, 0)")
    page.keyboard.press("3")
    expect(frame).to_have_css("filter", "none")
    page.keyboard.press("Shift+K")
    page.keyboard.press("Shift+I")
    page.keyboard.press("3")
    expect(frame).to_have_css("filter", "invert(1)")
    page.keyboard.press("Shift+O")
    expect(frame).to_have_css("filter", "none")
    page.get_by_role("button", name="Light and contrast").click()
    page.get_by_role("slider", name="Brightness").press("ArrowRight")
    expect(frame).to_have_css("filter", "brightness(1.1)")
    page.keyboard.press("Escape")
    expect(page.get_by_role("slider")).to_have_count(0)
    page.mouse.move(400, 400)
    page.mouse.wheel(0, -400)
    expect(frame).not_to_have_css("transform", "none")
    page.keyboard.press("Shift+W")
    expect(frame).to_have_css("transform", "none")
    context.close()


def test_it_fits_a_phone_and_fingers(
    stack: Stack, browser: Browser, make_project: MakeProject, owner: Person
) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    context = context_of(stack, browser, owner, **phone)
    page = context.new_page()
    project = queue_of(make_project, 6)
    sit(page, project)
    assert page.evaluate("document.scrollingElement.scrollWidth") == 390
    for button in page.locator(".bench-class").all():
        box = button.bounding_box()
        assert box
        assert box["height"] >= 44
        assert box["width"] >= 44
    pinch(page)
    expect(page.locator(".bench-frame")).not_to_have_css("transform", "none")
    page.get_by_test_id("class-3").tap()
    comes_true(lambda: labels(project) == ["3"])
    context.close()


def pinch(page: Page, where: str = ".bench-stage") -> None:
    """Two fingers on the picture, and apart."""
    box = page.locator(where).bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    hand = page.context.new_cdp_session(page)
    for kind, apart in (
        ("touchStart", 20),
        ("touchMove", 40),
        ("touchMove", 60),
        ("touchMove", 80),
        ("touchEnd", 0),
    ):
        fingers = [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}] if apart else []
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_is_the_persons(stack: Stack, browser: Browser, scheme: str) -> None:
    person = stack.person()
    other = {"light": "dark", "dark": "light"}[scheme]
    context = context_of(stack, browser, person, color_scheme=scheme)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("button", name=f"Use the {other} theme").click()
    comes_true(lambda: person.client.call("GET", "/me")["preferences"]["theme"] == other)
    context.close()
    again = context_of(stack, browser, person, color_scheme=scheme)  # another browser
    page = again.new_page()
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", other, timeout=SECONDS)
    again.close()

"""Images with several classes, as people see them."""

import re
from pathlib import Path
from uuid import uuid4

from playwright.sync_api import Page, expect

from app.domain.enums import Role
from tests.browser.bench import SECONDS, comes_true, shown
from tests.digits import digits
from tests.service.several import answer, answered, project_of, sets
from tests.service.test_imports import send
from tests.service.test_labelling import take
from tests.service.test_several_classes_loop import held_out
from tests.stack import Person, Project, Stack


def test_from_an_empty_project_to_the_next_queue(page: Page, owner: Person, tmp_path: Path) -> None:
    page.goto("/projects/new")
    page.get_by_label("Name", exact=False).first.fill(f"Streets {uuid4().hex[:8]}")
    page.get_by_role("radio", name="Any number of classes").check()
    page.get_by_label("Add classes, one a line").fill("cat\ndog\nnight")
    page.get_by_role("button", name="Add classes").click()
    page.get_by_role("button", name="Create project").click()
    expect(page.get_by_test_id("learning-curve")).to_be_visible()
    expect(page.get_by_role("link", name="Backtests")).to_have_count(0)
    project = Project(page.url.rsplit("/", 1)[1], owner.client, {})
    settings = owner.client.call("GET", f"/projects/{project.id}")["settings"]
    fast = settings | {"image_size": 16, "task_epochs": 1, "budget": 3, "plan": "random"}
    owner.client.call("PATCH", f"/projects/{project.id}", json={"settings": fast})
    send(project, [(f"{place}.png", data) for place, (data, _) in enumerate(digits()[:12])])
    held_out(project, tmp_path, "test", 60)
    project.start_cycle(3)

    page.goto(f"/projects/{project.id}/label")
    expect(page.get_by_test_id("bench-image")).to_be_visible()
    first = shown(page)
    page.keyboard.press("1")
    page.get_by_test_id("class-night").click()
    expect(page.get_by_test_id("chosen")).to_have_text("catnight")
    page.keyboard.press("1")
    expect(page.get_by_test_id("chosen")).to_have_text("night")
    page.keyboard.press("z")
    expect(page.get_by_test_id("chosen")).to_have_text("catnight")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("bench-image")).not_to_have_attribute("data-image", first)
    second = shown(page)
    comes_true(lambda: answered(project) == {first: ["cat", "night"]})
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("bench-image")).not_to_have_attribute("data-image", second)
    page.keyboard.press("z")
    expect(page.get_by_test_id("bench-image")).to_have_attribute("data-image", second)
    page.keyboard.press("2")
    page.get_by_role("button", name="Answer and go on").click()
    comes_true(lambda: answered(project) == {first: ["cat", "night"], second: ["dog"]})
    page.keyboard.press("Enter")
    # The training runs, and the next cycle's images come to this page by themselves.
    expect(page.get_by_test_id("queue-progress")).to_contain_text("Cycle 2: 0 of 3", timeout=SECONDS)

    page.goto(f"/projects/{project.id}")
    expect(page.get_by_test_id("learning-curve")).to_contain_text("% mean average precision with 3 labels")
    expect(page.get_by_test_id("set-table").get_by_role("row", name=re.compile("^night"))).to_be_visible()


def test_in_a_grid_a_class_is_for_all_that_are_chosen(page: Page, owner: Person) -> None:
    project = project_of(owner, pool=6)
    project.start_cycle(4)
    page.goto(f"/projects/{project.id}/label")
    expect(page.get_by_test_id("bench-image")).to_be_visible()
    page.keyboard.press("Shift+G")
    expect(page.get_by_test_id("bench-cell")).to_have_count(4)
    page.keyboard.press("Control+a")
    page.keyboard.press("1")
    expect(page.get_by_text("cat …")).to_have_count(4)
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    expect(page.get_by_text("cat, dog …")).to_have_count(1)
    page.keyboard.press("Control+a")
    page.keyboard.press("Enter")
    comes_true(lambda: sorted(sets(project).values()) == [["cat"], ["cat"], ["cat"], ["cat", "dog"]])


def test_a_reviewer_sees_sets_and_settles_them(page: Page, stack: Stack, owner: Person) -> None:
    project = project_of(owner, pool=4, overlap=2)
    project.start_cycle(1)
    for said in (["cat"], ["cat", "dog"]):
        person = stack.person()
        project.add(person, Role.ANNOTATOR)
        (mine,) = take(person, project, 1)
        answer(person, mine["id"], *said)
    page.goto(f"/projects/{project.id}/review")
    answers = page.get_by_role("list", name="Answers")
    expect(answers).to_contain_text("cat, dog")
    page.keyboard.press("3")
    page.get_by_role("button", name=re.compile("^cat")).click()
    expect(page.get_by_test_id("chosen")).to_have_text("night, cat")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("nothing-to-review")).to_be_visible()
    comes_true(lambda: list(sets(project).values()) == [["cat", "night"]])

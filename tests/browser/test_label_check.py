"""Suspected labels as people see and settle them."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from app.domain.enums import Role
from tests.service.test_label_checks import labelled
from tests.stack import PASSWORD, MakeProject, Stack

SECONDS = 60_000  # milliseconds for what a worker does


def test_a_check_from_the_overview_to_settled_labels(
    page: Page, make_project: MakeProject, tmp_path: Path
) -> None:
    project = labelled(make_project, tmp_path, 150, 10, task_epochs=8)
    page.goto(f"/projects/{project.id}")
    page.get_by_role("link", name="Label check").click()
    expect(page.get_by_text("None yet")).to_be_visible()
    page.get_by_role("button", name="Check the labels").click()
    state = page.get_by_test_id("check-state")
    expect(state).to_contain_text("Checking labels")
    state.get_by_role("button", name="Cancel").click()
    expect(state).to_contain_text("was cancelled", timeout=SECONDS)
    state.get_by_role("button", name="Try again").click()
    found = page.get_by_test_id("found")
    expect(found).to_contain_text("150 labels checked", timeout=3 * SECONDS)
    expect(page.get_by_test_id("check-state")).to_have_count(0)

    kept, changed, other = (page.get_by_test_id(f"suspect-{n}") for n in range(3))
    kept.get_by_role("button", name="Keep ").click()
    expect(kept).to_contain_text("Kept by Someone")
    changed.get_by_role("button", name="Change to ").click()
    expect(changed).to_contain_text("Changed to ")
    other.get_by_role("button", name="Another class").click()
    page.get_by_role("menuitem", name="9", exact=True).click()
    expect(other).to_contain_text("by Someone")
    expect(found).to_contain_text("3 of those settled")
    page.get_by_label("Hide what is settled").check()
    expect(kept).to_have_count(0)
    reviews = project.client.call("GET", f"/projects/{project.id}/reviews")["items"]
    assert len(reviews) == 3
    assert reviews[0]["class"] == reviews[0]["previous"]
    assert reviews[1]["class"] != reviews[1]["previous"]
    assert reviews[2]["class"] == "9"


def test_too_few_labels_are_told(page: Page, make_project: MakeProject) -> None:
    project = make_project(test=8)
    page.goto(f"/projects/{project.id}/label-check")
    page.get_by_role("button", name="Check the labels").click()
    expect(page.get_by_role("alert")).to_contain_text("A label check needs 20 labels")


def test_an_annotator_is_told_whom_label_checks_are_for(
    stack: Stack, browser: Browser, make_project: MakeProject
) -> None:
    project = make_project()
    annotator = stack.person()
    project.add(annotator, Role.ANNOTATOR)
    context = browser.new_context(base_url=stack.url)
    login = {"email": annotator.user.email, "password": PASSWORD}
    assert context.request.post("/api/v1/auth/login", data=login).ok
    page = context.new_page()
    page.goto(f"/projects/{project.id}/label-check")
    expect(page.get_by_test_id("not-allowed")).to_contain_text("You are an annotator of this project.")
    page.goto(f"/projects/{project.id}")
    expect(page.get_by_test_id("plan")).to_be_visible()
    expect(page.get_by_role("link", name="Label check")).to_have_count(0)
    context.close()

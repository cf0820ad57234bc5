"""The model's suggestions on the bench, and the report of their pull."""

from playwright.sync_api import Page, expect

from tests.browser.bench import comes_true, labels, sit
from tests.service.test_suggestions import ALL, open_queue, report, suggest
from tests.stack import MakeProject


def test_one_key_takes_the_suggestion_and_an_audited_image_has_none(
    page: Page, make_project: MakeProject
) -> None:
    project = open_queue(make_project, **ALL)
    suggest(project, "3", 0.8, audited=1)
    sit(page, project)
    expect(page.get_by_test_id("suggestion")).to_have_count(0)
    page.keyboard.press("Enter")  # takes nothing: nothing is suggested
    page.get_by_test_id("class-5").click()
    expect(page.get_by_test_id("suggestion")).to_contain_text("3 suggested, 80% sure")
    page.keyboard.press("Enter")
    comes_true(lambda: labels(project) == ["3", "5"])
    found = report(project)
    assert (found["shown"]["agreed"]["total"], found["hidden"]["agreed"]["total"]) == (1, 1)

    page.goto(f"/projects/{project.id}/review")
    card = page.get_by_test_id("suggestion-report")
    expect(card).to_contain_text("No pull can be told from chance")
    expect(card.get_by_role("row", name="All")).to_contain_text("100% (1 of 1)")


def test_in_the_grid_each_chosen_image_gets_its_own_suggestion(page: Page, make_project: MakeProject) -> None:
    project = open_queue(make_project, **ALL)
    suggest(project, "7", 0.6, audited=1)
    sit(page, project)
    page.keyboard.press("Shift+G")
    expect(page.get_by_test_id("bench-cell")).to_have_count(4)
    page.keyboard.press("Control+a")
    page.keyboard.press("Enter")
    comes_true(lambda: labels(project) == ["7", "7", "7"])


def test_suggestions_are_turned_on_in_the_settings(page: Page, make_project: MakeProject) -> None:
    project = make_project()
    page.goto(f"/projects/{project.id}/settings")
    page.get_by_role("switch", name="Show annotators what the model suggests").click(force=True)
    page.get_by_label("Share of images asked without").fill("25")
    page.get_by_role("button", name="Save settings").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    settings = project.client.call("GET", f"/projects/{project.id}")["settings"]
    assert (settings["suggestions"], settings["audit_share"]) == (True, 0.25)

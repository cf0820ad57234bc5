"""One's own figures on the bench, the leaderboard, and the card of people."""

from playwright.sync_api import Browser, Page, expect

from tests.browser.bench import SECONDS, sit
from tests.browser.test_bench_offline import ANSWERS
from tests.browser.test_review import signed_in
from tests.service.test_overlap import everybody_says, overlapping, people
from tests.stack import MakeProject, Stack


def test_todays_count_has_unsent_answers_and_stays_when_they_are_sent(
    page: Page, make_project: MakeProject
) -> None:
    sit(page, overlapping(make_project, images=6, overlap=1))
    today = page.get_by_test_id("today")
    page.route(ANSWERS, lambda route: route.abort())
    page.keyboard.press("2")
    page.keyboard.press("3")
    expect(today).to_contain_text("2 today", timeout=SECONDS)
    expect(page.get_by_test_id("unsent")).to_have_text("2 unsent, kept here", timeout=SECONDS)
    with page.expect_response("**/session?*", timeout=SECONDS):
        page.unroute(ANSWERS)
    expect(page.get_by_test_id("unsent")).to_be_empty(timeout=SECONDS)
    expect(today).to_contain_text("2 today", timeout=SECONDS)
    page.keyboard.press("z")
    expect(today).to_contain_text("1 today", timeout=SECONDS)
    page.reload()
    expect(today).to_contain_text("1 today", timeout=SECONDS)


def test_an_owner_turns_the_leaderboard_on_and_who_waits_sees_it(
    page: Page, browser: Browser, stack: Stack, make_project: MakeProject
) -> None:
    project = overlapping(make_project, images=2, overlap=2)
    who = people(stack, project, 1)
    everybody_says(project, who, "3")
    everybody_says(project, who, "4")
    page.goto(f"/projects/{project.id}/settings")
    page.get_by_role("switch", name="Leaderboard").check()
    page.get_by_role("button", name="Save settings").click()
    expect(page.get_by_text("Saved.")).to_be_visible(timeout=SECONDS)
    with signed_in(browser, stack, who[0]) as theirs:
        theirs.goto(f"/projects/{project.id}/label")
        rows = theirs.get_by_test_id("leaderboard").get_by_role("row")
        expect(rows.nth(1)).to_contain_text("1. Someone", timeout=SECONDS)
        expect(rows.nth(1).get_by_role("cell")).to_have_text(["1. Someone", "2", "2"])
    page.goto(f"/projects/{project.id}")
    card = page.get_by_test_id("people")
    expect(card.get_by_role("listitem")).to_contain_text("2 in 7 days · 2 altogether", timeout=SECONDS)

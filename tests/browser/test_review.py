"""The review page as people use it."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, expect

from app.domain.enums import Role
from tests.service.test_jobs import wait_until
from tests.service.test_labelling import labels, take
from tests.service.test_overlap import everybody_says, overlapping, people
from tests.stack import PASSWORD, MakeProject, Person, Stack


@contextmanager
def signed_in(browser: Browser, stack: Stack, person: Person) -> Iterator[Page]:
    """A page of somebody else's browser."""
    context = browser.new_context(base_url=stack.url)
    login = {"email": person.user.email, "password": PASSWORD}
    assert context.request.post("/api/v1/auth/login", data=login).ok
    yield context.new_page()
    context.close()


def test_keys_settle_and_send_back_one_image_after_the_other(
    page: Page, browser: Browser, stack: Stack, make_project: MakeProject
) -> None:
    project = overlapping(make_project, images=4, overlap=3)
    who = people(stack, project, 3)
    split = everybody_says(project, who, "334")
    torn = everybody_says(project, who, "345")
    skipped = everybody_says(project, who, "55s")

    page.goto(f"/projects/{project.id}")
    page.get_by_role("link", name="Review").click()
    item = page.get_by_test_id("review-item")
    expect(item).to_have_attribute("data-image", torn)
    expect(item).to_contain_text("No label follows")
    answers = page.get_by_role("list", name="Answers").get_by_role("listitem")
    expect(answers).to_have_count(3)
    expect(answers.nth(2)).to_contain_text("5")
    page.keyboard.press("s")
    expect(item).to_have_attribute("data-image", split)
    page.keyboard.press("z")
    expect(item).to_have_attribute("data-image", torn)
    page.keyboard.press("5")  # the key of class 4
    expect(item).to_have_attribute("data-image", split)

    page.keyboard.press("b")
    page.get_by_label("Comment").fill("closed at the top?")
    page.get_by_role("dialog").get_by_role("button", name="Send back").click()
    expect(item).to_have_attribute("data-image", skipped)
    expect(answers.nth(2)).to_contain_text("dark")
    page.get_by_role("button", name="6", exact=False).last.click()
    expect(page.get_by_test_id("nothing-to-review")).to_be_visible()

    agreement = page.get_by_test_id("agreement")
    expect(agreement).to_contain_text("Krippendorff's alpha")
    expect(agreement.get_by_role("table").first.get_by_role("row")).to_have_count(4)

    def reviewed() -> list[str]:
        found = project.client.call("GET", f"/projects/{project.id}/reviews")["items"]
        return [review["image_id"] for review in found]

    wait_until(lambda: reviewed() == [torn, skipped])
    assert [item["image"] for item in take(who[2], project, 1)] == [split]
    with signed_in(browser, stack, who[2]) as theirs:
        theirs.goto(f"/projects/{project.id}/label")
        expect(theirs.get_by_test_id("comment")).to_contain_text("closed at the top?")
    assert labels(project) == {split: "3"}


def test_the_overlap_is_set_on_the_overview(page: Page, make_project: MakeProject) -> None:
    project = make_project()
    page.goto(f"/projects/{project.id}")
    card = page.get_by_test_id("overlap")
    card.get_by_label("Annotators an image").fill("3")
    card.get_by_label("Annotators an image").press("Enter")
    card.get_by_label("For this share of them").fill("25")
    card.get_by_label("For this share of them").press("Enter")
    card.get_by_text("Reviewer", exact=True).click()
    expect(card).to_contain_text("No answer is a label before a reviewer says so")

    def kept() -> tuple[int, float, str]:
        settings = project.client.call("GET", f"/projects/{project.id}")["settings"]
        return settings["overlap"], settings["overlap_share"], settings["label_rule"]

    wait_until(lambda: kept() == (3, 0.25, "reviewer"))


def test_annotators_are_told_whom_reviews_are_for(
    stack: Stack, browser: Browser, make_project: MakeProject
) -> None:
    project = make_project()
    annotator = stack.person()
    project.add(annotator, Role.ANNOTATOR)
    with signed_in(browser, stack, annotator) as page:
        page.goto(f"/projects/{project.id}/review")
        expect(page.get_by_test_id("not-allowed")).to_contain_text("You are an annotator of this project.")

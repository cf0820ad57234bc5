"""Control images as reviewers and annotators meet them."""

from playwright.sync_api import Browser, Page, expect

from tests.browser.bench import comes_true
from tests.browser.test_review import signed_in
from tests.service.test_controls import QUEUED, images, known, marked, report
from tests.service.test_labelling import say, take
from tests.service.test_overlap import people
from tests.stack import MakeProject, Stack


def test_an_image_is_marked_mixed_in_and_found_among_the_wrong_answers(
    page: Page, browser: Browser, stack: Stack, make_project: MakeProject
) -> None:
    project = make_project(pool=QUEUED + 2, test=3, plan="random", auto_next_cycle=False)
    first = images(project, split="test")[0]
    page.goto(f"/projects/{project.id}/images?image={first['id']}")
    mark = page.get_by_test_id("control-mark")
    mark.get_by_role("button", name="Make it a control image").click()
    expect(mark).to_contain_text(f"The known answer is {first['label']}.")
    mark.get_by_role("button", name="Take the mark away").click()
    expect(mark.get_by_role("button", name="Make it a control image")).to_be_visible()
    assert marked(project, first["id"]) is None

    page.goto(f"/projects/{project.id}/review")
    card = page.get_by_test_id("controls")
    expect(card).to_contain_text("No image is one yet.")
    card.get_by_label("More control images").fill("3")
    card.get_by_role("button", name="Draw from the labelled images").click()
    expect(card.get_by_role("status")).to_have_text("3 images were drawn.")
    card.get_by_role("link", name="Settings").click()
    page.get_by_label("Share of control images").fill("50")
    page.get_by_role("button", name="Save settings").click()
    comes_true(lambda: report(project)["share"] == 0.5)

    (person,) = people(stack, project, 1)
    project.start_cycle(budget=QUEUED)
    answers = known(project)
    wrong = next(item for item in take(person, project, 50) if item["image"] in answers)
    false = next(name for name in "0123456789" if name != answers[wrong["image"]])
    say(person, wrong["id"], false)

    page.goto(f"/projects/{project.id}/review")
    expect(card.get_by_role("table").first).to_contain_text("0% (0 of 1)")
    thumb = page.get_by_test_id("wrong-answers").get_by_role("link")
    expect(thumb).to_contain_text(f"said {false}")
    thumb.click()
    expect(page.get_by_test_id("history")).to_contain_text("as a control image")

    with signed_in(browser, stack, person) as theirs:
        theirs.goto(f"/projects/{project.id}/images")
        expect(theirs.get_by_test_id("not-allowed")).to_contain_text("Control images are mixed in")
        expect(theirs.get_by_role("link", name="Label", exact=True)).to_be_visible()
        expect(theirs.get_by_role("link", name="Images", exact=True)).to_have_count(0)
        theirs.goto(f"/projects/{project.id}/label")
        expect(theirs.get_by_test_id("bench-image")).to_be_visible()

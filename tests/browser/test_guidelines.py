"""Guidelines are written with a preview, and read beside the image."""

from playwright.sync_api import Browser, Page, expect

from app.domain.enums import Role
from tests.browser.bench import context_of, queue_of, sit
from tests.stack import MakeProject, Stack

HOSTILE = "# Birds\n\n<img src=x onerror='window.hacked=1'> [a](javascript:alert(1)) **Look at the beak.**"


def test_what_an_engineer_writes_an_annotator_reads_once(
    page: Page, browser: Browser, stack: Stack, make_project: MakeProject
) -> None:
    project = queue_of(make_project, budget=3)
    person = stack.person()
    project.add(person, Role.ANNOTATOR)

    page.goto(f"/projects/{project.id}/guidelines")
    page.get_by_role("button", name="Edit").click()
    page.get_by_label("Text, in Markdown").fill(HOSTILE)
    expect(page.get_by_test_id("guidelines-preview").get_by_role("heading", name="Birds")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_test_id("guidelines").get_by_text("Look at the beak.")).to_be_visible()

    context = context_of(stack, browser, person)
    reader = context.new_page()
    sit(reader, project)
    guide = reader.get_by_test_id("guide")
    expect(guide.get_by_text("Read this before you begin.")).to_be_visible()
    assert reader.evaluate("window.hacked") is None
    assert guide.locator("a, img").count() == 0
    reader.keyboard.press("Shift+H")
    expect(guide).to_be_hidden()
    reader.reload()
    expect(reader.get_by_test_id("bench-image")).to_be_visible()
    expect(guide).to_be_hidden()
    reader.keyboard.press("Shift+H")
    expect(guide.get_by_text("Look at the beak.")).to_be_visible()
    expect(guide.get_by_test_id("guide-news")).to_be_hidden()
    reader.reload()
    expect(guide).to_be_visible()
    context.close()


def test_examples_of_a_class_are_shown_while_it_is_pointed_at(page: Page, make_project: MakeProject) -> None:
    project = make_project(pool=6, test=6)
    image = project.client.call("GET", f"/projects/{project.id}/images?labelled=true")["items"][0]
    project.rank(pool_batches=1)
    project.start_cycle(budget=2)

    page.goto(f"/projects/{project.id}/guidelines")
    page.get_by_test_id(f"guidelines-{image['label']}").get_by_role("button", name="Example").click()
    page.get_by_role("button", name=f"labelled {image['label']}").first.click()
    page.get_by_label("Caption").fill("Mind the loop")
    page.get_by_role("button", name="Show this image").click()
    expect(page.get_by_text("Mind the loop")).to_be_visible()

    sit(page, project)
    page.keyboard.press("Shift+H")
    caption = page.get_by_test_id("guide").get_by_text("Mind the loop")
    expect(caption).to_be_hidden()
    page.get_by_test_id(f"class-{image['label']}").hover()
    expect(caption).to_be_visible()

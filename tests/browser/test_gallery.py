"""The gallery as people use it."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.bench import comes_true, labels
from tests.service.test_labelling import say, take
from tests.service.test_near_duplicates import with_copies
from tests.stack import MakeProject, Person


def test_a_view_is_filtered_linked_and_leads_to_an_image_and_its_history(
    page: Page, owner: Person, make_project: MakeProject
) -> None:
    project = make_project(pool=12, plan="random", auto_next_cycle=False)
    project.start_cycle(budget=3)
    first, second, _ = take(owner, project, 3)
    say(owner, first["id"], "3")
    say(owner, second["id"], "4")
    page.goto(f"/projects/{project.id}")
    page.get_by_role("link", name="Images", exact=True).click()
    expect(page.get_by_test_id("thumb")).to_have_count(12)
    expect(page.get_by_role("status").first).to_have_text("12 images")

    page.get_by_role("combobox", name="Class").click()
    page.get_by_role("option", name="3", exact=True).click()
    expect(page.get_by_test_id("thumb")).to_have_count(1)
    assert "class=3" in page.url
    page.reload()  # the address is the view
    expect(page.get_by_test_id("thumb")).to_have_count(1)
    expect(page.get_by_role("status").first).to_have_text("1 image")

    page.get_by_test_id("thumb").click()
    expect(page.get_by_test_id("history")).to_contain_text("Asked in cycle 1")
    expect(page.get_by_test_id("history")).to_contain_text(f"{owner.user.name} answered 3")
    page.get_by_role("dialog").get_by_role("combobox", name="Label").click()
    page.get_by_role("option", name="8", exact=True).click()
    comes_true(lambda: labels(project) == ["4", "8"])
    expect(page.get_by_test_id("history")).to_contain_text("changed 3 to 8")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("no-images")).to_contain_text("No image is like that")
    page.get_by_role("button", name="Show all").click()
    expect(page.get_by_test_id("thumb")).to_have_count(12)


def test_keys_go_from_image_to_image(page: Page, make_project: MakeProject) -> None:
    project = make_project(pool=8)
    page.goto(f"/projects/{project.id}/images")
    thumbs = page.get_by_test_id("thumb")
    expect(thumbs).to_have_count(8)
    ids = [str(thumbs.nth(place).get_attribute("data-image")) for place in range(8)]
    thumbs.first.focus()
    page.keyboard.press("ArrowRight")
    expect(thumbs.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("ArrowRight")
    comes_true(lambda: f"image={ids[2]}" in page.url)
    page.keyboard.press("ArrowLeft")
    comes_true(lambda: f"image={ids[1]}" in page.url)


def test_only_the_images_in_sight_exist(page: Page, make_project: MakeProject) -> None:
    project = make_project(pool=300)
    page.goto(f"/projects/{project.id}/images")
    expect(page.get_by_test_id("thumb").first).to_be_visible()
    assert page.get_by_test_id("thumb").count() < 120
    last = project.client.call("GET", f"/projects/{project.id}/images", params={"order": "newest"})["items"][
        0
    ]
    # To the end again and again: each page that arrives makes the sheet longer.
    page.wait_for_function(
        """last => {
            const sheet = document.querySelector("[data-testid='gallery']");
            sheet.scrollTop = sheet.scrollHeight;
            return document.querySelector(`[data-image='${last}']`) !== null;
        }""",
        arg=last["id"],
    )
    assert page.get_by_test_id("thumb").count() < 120


def test_a_near_duplicate_leads_to_the_image_that_it_is_like(
    page: Page, make_project: MakeProject, tmp_path: Path
) -> None:
    project = with_copies(make_project, tmp_path)
    project.start_cycle(budget=6)
    page.goto(f"/projects/{project.id}/images")
    page.get_by_role("combobox", name="Near-duplicate").click()
    page.get_by_role("option", name="of another image").click()
    expect(page.get_by_test_id("thumb")).to_have_count(6)
    page.get_by_test_id("thumb").first.click()
    page.get_by_role("link", name="Show all of this shot").click()
    expect(page.get_by_test_id("thumb")).to_have_count(2)
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Take this condition away").click()
    expect(page.get_by_test_id("thumb")).to_have_count(12)


def test_on_a_phone_the_conditions_open_on_demand(page: Page, make_project: MakeProject) -> None:
    project = make_project(pool=4)
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"/projects/{project.id}/images?labelled=false")
    expect(page.get_by_test_id("thumb")).to_have_count(4)
    expect(page.get_by_role("combobox", name="Split")).to_have_count(0)
    page.get_by_role("button", name="Filter (1)").click()
    page.get_by_role("combobox", name="Split").click()
    page.get_by_role("option", name="test").click()
    expect(page.get_by_role("button", name="Filter (2)")).to_be_visible()
    expect(page.get_by_test_id("no-images")).to_be_visible()

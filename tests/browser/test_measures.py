"""What task models get wrong, as people see it."""

from playwright.sync_api import Page, expect

from tests.browser.test_training import train
from tests.stack import MakeProject


def test_a_cell_of_the_confusion_matrix_opens_its_images(page: Page, make_project: MakeProject) -> None:
    project = make_project(pool=24, test=60, auto_next_cycle=False)
    project.rank(pool_batches=2)
    for _ in range(2):
        train(project, budget=6)
    page.goto(f"/projects/{project.id}")
    expect(page.get_by_test_id("recall-curves")).to_contain_text("by cycle")
    expect(page.get_by_test_id("examples").get_by_role("img")).to_have_count(8)

    matrix = page.get_by_test_id("confusion")
    place = matrix.locator("button[tabindex='0']").get_attribute("data-cell")  # the worst mistake
    assert place is not None
    cell = matrix.locator(f"[data-cell='{place}']")
    count = int(cell.inner_text())
    cell.focus()
    page.keyboard.press("Home")
    expect(matrix.locator(f"[data-cell='{place.split('-')[0]}-0']")).to_be_focused()
    cell.focus()
    page.keyboard.press("Enter")
    images = page.get_by_test_id("cell-images")
    expect(images.get_by_role("img")).to_have_count(count)

    page.reload()  # a cell can be linked
    expect(images.get_by_role("img")).to_have_count(count)
    page.get_by_role("link", name="See all in the gallery").last.click()
    gallery = page.get_by_test_id("gallery").get_by_test_id("thumb")
    expect(gallery).to_have_count(count)
    page.get_by_role("button", name="Take this condition away").click()
    expect(page.get_by_role("status").first).to_have_text("84 images")
    page.go_back()
    images.get_by_role("link").first.click()
    expect(page.get_by_test_id("image-view").get_by_role("dialog")).to_be_visible()
    page.go_back()
    page.keyboard.press("Escape")
    expect(images).to_have_count(0)

"""The loop as people see it."""

import hashlib
import re
from pathlib import Path
from uuid import uuid4

from playwright.sync_api import Browser, Page, expect

from app.domain.plans import RECOMMENDED
from tests.digits import digits, zip_of
from tests.stack import PASSWORD, MakeProject, Person, Stack

SECONDS = 60_000  # milliseconds for what a worker does


def test_signing_in_with_a_wrong_password_says_so(stack: Stack, browser: Browser, owner: Person) -> None:
    page = browser.new_page(base_url=stack.url)
    page.goto("/")
    page.get_by_label("Email").fill(owner.user.email)
    password = page.locator("input[autocomplete=current-password]")
    password.fill("wrong password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("The email address or the password is wrong.")).to_be_visible()
    password.fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Projects")).to_be_visible()
    page.close()


def test_from_an_empty_project_to_the_second_cycle(stack: Stack, page: Page, tmp_path: Path) -> None:
    entries = digits()
    truth = {hashlib.sha256(data).hexdigest(): label for data, label in entries}
    page.goto("/")
    page.get_by_role("link", name="New project").click()
    page.get_by_label("Name", exact=False).first.fill(name := f"Digits {uuid4().hex[:8]}")
    page.get_by_label("Add classes, one a line").fill("\n".join(str(digit) for digit in range(10)))
    page.get_by_role("button", name="Add classes").click()
    page.get_by_role("button", name="Create project").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    project = page.url.rsplit("/", 1)[1]
    settings = page.request.get(f"/api/v1/projects/{project}").json()["settings"]
    assert settings["plan"] == RECOMMENDED
    # Small and quick, as no setting of the page could make it.
    fast = {"settings": settings | {"image_size": 16, "task_epochs": 1, "flip": False, "budget": 3}}
    said = {"Origin": stack.url}
    assert page.request.patch(f"/api/v1/projects/{project}", data=fast, headers=said).ok
    page.reload()

    drop = page.get_by_test_id("import-drop")
    preview = page.get_by_test_id("import-preview")
    drop.set_input_files(zip_of(tmp_path / "pool.zip", entries[:20]))
    preview.get_by_label("What they become").first.click(timeout=SECONDS)
    page.get_by_role("option", name="Pool, without labels").click()
    preview.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_test_id("import-report")).to_contain_text("20 new", timeout=SECONDS)
    page.get_by_role("button", name="Close", exact=True).click()
    drop.set_input_files(zip_of(tmp_path / "test.zip", entries[20:30]))
    preview.get_by_label("What they become").first.click(timeout=SECONDS)
    page.get_by_role("option", name="Test split, folders are labels").click()
    preview.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_test_id("import-report")).to_contain_text("10 labelled", timeout=SECONDS)

    page.get_by_role("button", name="Start a pretext run").click()
    page.get_by_label("Pool batches (planned cycles)").fill("2")
    page.get_by_label("Epochs").fill("1")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text(re.compile("on 20 images"))).to_be_visible(timeout=SECONDS)  # the run has ended
    expect(page.get_by_test_id("pool-batches")).to_contain_text("0 of 20 labelled, 0 asked, 20 waiting")

    page.get_by_role("button", name="Start a cycle").click()
    page.get_by_label("Budget: images to label").fill("3")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_test_id("cycle-1")).to_contain_text("labelling", timeout=SECONDS)

    page.get_by_role("link", name=re.compile("Label images")).click()
    for _ in range(3):
        label_with_the_keyboard(page, truth)
    # The training runs, and the next cycle's images come to this page by themselves.
    expect(page.get_by_test_id("queue-progress")).to_contain_text("Cycle 2: 0 of 3", timeout=SECONDS)
    expect(page.get_by_test_id("bench-image")).to_be_visible()

    page.goto(f"/projects/{project}")
    expect(page.get_by_test_id("learning-curve")).to_contain_text("accuracy with 3 labels")
    expect(page.get_by_test_id("cycle-1")).to_contain_text("done")
    for form, suffix in (("safetensors", "safetensors"), ("ONNX", "onnx")):
        page.get_by_role("button", name="Download the model of cycle 1").click()
        with page.expect_download() as download:
            page.get_by_role("menuitem", name=form).click()
        assert download.value.suggested_filename.endswith(f"-cycle-1.{suffix}")


def label_with_the_keyboard(page: Page, truth: dict[str, str]) -> None:
    image = page.get_by_test_id("bench-image")
    shown = str(image.get_attribute("data-image"))
    sha = page.request.get(f"/api/v1/images/{shown}").json()["sha256"]
    hotkey = page.get_by_test_id(f"class-{truth[sha]}").locator("kbd").inner_text()
    page.keyboard.press(hotkey.lower())
    expect(page.locator(f'[data-testid=bench-image][data-image="{shown}"]')).to_have_count(0)


def test_who_waits_for_a_training_sees_it_and_gets_the_next_images(
    page: Page, make_project: MakeProject
) -> None:
    project = make_project(pool=8, task_epochs=60)
    project.rank(pool_batches=1)
    project.start_cycle(budget=5)
    page.goto(f"/projects/{project.id}/label")
    for number in range(5):
        expect(page.get_by_test_id("queue-progress")).to_contain_text(f"{number} of 5")
        page.get_by_test_id(f"class-{number}").click()
    wait = page.get_by_test_id("wait")
    expect(wait.get_by_role("heading")).to_have_text("Cycle 1 trains")
    expect(wait).to_contain_text("The next images come by themselves.")
    expect(wait.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_test_id("queue-progress")).to_contain_text("Cycle 2: 0 of 3", timeout=SECONDS)
    expect(page.get_by_test_id("bench-image")).to_be_visible()
    expect(wait).to_have_count(0)

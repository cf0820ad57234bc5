"""Plans and backtests as people see them."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from app.domain.enums import Role
from app.domain.plans import RECOMMENDED
from tests.digits import digits, zip_of
from tests.stack import PASSWORD, MakeProject, Project, Stack, quiet

SECONDS = 60_000  # milliseconds for what a worker does


def change_plan(page: Page, name: str) -> None:
    page.get_by_test_id("plan").get_by_role("button", name="Change plan").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Plan", exact=True).first.click()
    page.get_by_role("option", name=name).first.click()
    dialog.get_by_role("button", name="Change plan").click()
    expect(dialog).to_have_count(0)


def test_a_cycle_follows_the_plan_that_its_project_was_given(page: Page, make_project: MakeProject) -> None:
    project = make_project(pool=20)
    project.rank(pool_batches=2)
    page.goto(f"/projects/{project.id}")
    plan = page.get_by_test_id("plan")
    expect(plan).to_contain_text("Pool batches, hardest first")
    expect(page.get_by_test_id("pretext-run")).to_contain_text("Rotation on 20 images · 1 epoch")
    expect(page.get_by_role("figure", name="Pretext losses of images")).to_be_visible()

    change_plan(page, "typiclust")
    expect(plan).to_contain_text("A cycle chooses from the whole pool")
    page.get_by_role("button", name="Start a cycle").click()
    expect(page.get_by_test_id("forecast")).to_contain_text("no task model to ask yet, so TypiClust chooses")
    page.get_by_label("Budget: images to label").fill("3")
    page.get_by_role("button", name="Start", exact=True).click()
    cycle = page.get_by_test_id("cycle-1")
    expect(cycle).to_contain_text("plan typiclust · chosen by TypiClust", timeout=SECONDS)
    expect(cycle).to_contain_text("whole pool")
    settings = project.client.call("GET", f"/projects/{project.id}")["settings"]
    assert (settings["plan"], settings["image_size"]) == ("typiclust", 16)


def test_a_new_project_follows_the_plan_that_was_chosen(page: Page) -> None:
    page.goto("/projects/new")
    page.get_by_label("Name", exact=False).first.fill("Chosen")
    plan = page.get_by_label("Plan: which images are asked for").first
    expect(plan).to_have_value(f"{RECOMMENDED} (recommended)")
    plan.click()
    page.get_by_role("option", name="badge").click()
    page.get_by_role("button", name="Create project").click()
    expect(page.get_by_role("heading", name="Chosen")).to_be_visible()
    project = page.url.rsplit("/", 1)[1]
    assert page.request.get(f"/api/v1/projects/{project}").json()["settings"]["plan"] == "badge"


def test_a_plan_asks_for_the_pretext_run_that_it_needs(page: Page, make_project: MakeProject) -> None:
    project = make_project(pool=12)
    project.rank(pool_batches=2)
    page.goto(f"/projects/{project.id}")
    change_plan(page, "pt4al-ascending")
    missing = "needs a pretext run of rotation, easiest first; the last one was rotation, hardest first."
    expect(page.get_by_test_id("plan")).to_contain_text(missing)

    page.get_by_role("button", name="Start a cycle").click()
    dialog = page.get_by_role("dialog", name="Start a cycle")
    dialog.get_by_role("button", name="Start", exact=True).click()
    expect(dialog).to_contain_text("needs a pretext run of rotation, ascending")  # the server's words
    dialog.get_by_role("button", name="Start that pretext run").click()
    asked = page.get_by_role("dialog", name="Start a pretext run")
    expect(asked.get_by_label("Order of pool batches").first).to_have_value("Ascending: easiest first")
    asked.get_by_label("Pool batches (planned cycles)").fill("3")
    asked.get_by_label("Epochs").fill("1")
    asked.get_by_role("button", name="Start", exact=True).click()
    batches = page.get_by_test_id("pool-batches")
    expect(batches).to_contain_text("rotation, easiest first", timeout=SECONDS)
    expect(page.get_by_text(missing)).to_have_count(0)


def labelled_project(make_project: MakeProject, folder: Path, images: int) -> Project:
    project = make_project()
    path = zip_of(folder / "labelled.zip", digits()[:images])
    project.client.wait_for_job(project.client.upload(project.id, path, "use"), quiet)
    return project


def test_a_backtest_from_the_overview_to_its_report(
    page: Page, make_project: MakeProject, tmp_path: Path
) -> None:
    project = labelled_project(make_project, tmp_path, 60)
    page.goto(f"/projects/{project.id}")
    page.get_by_role("link", name="Backtests").click()
    expect(page.get_by_text("60 labelled pool images can be replayed.")).to_be_visible()

    page.get_by_role("button", name="Start a backtest").click()
    dialog = page.get_by_role("dialog")
    for plan in ("pt4al", "least-confidence", "nextbatch"):
        dialog.get_by_role("checkbox", name=plan, exact=True).uncheck()
    for field, value in (("Budget", "5"), ("Cycles", "2"), ("Seeds", "2")):
        dialog.get_by_label(field, exact=True).fill(value)
    expect(dialog).to_contain_text("Trains up to 8 task models: 2 plans, 2 seeds, 2 cycles.")
    expect(dialog).to_contain_text("The report will flag fewer than 5 seeds")
    dialog.get_by_text("Advanced").click()
    dialog.get_by_label("Pretext epochs").fill("1")
    dialog.get_by_role("button", name="Start", exact=True).click()

    entry = page.get_by_test_id("backtest")
    expect(entry).to_contain_text("budget 5 · 2 cycles · 2 seeds")
    entry.get_by_role("button", name="Cancel").click()
    expect(entry).to_contain_text("cancelled", timeout=SECONDS)
    entry.get_by_role("button", name="Try again").click()
    expect(entry).to_contain_text("succeeded", timeout=3 * SECONDS)
    rows = page.get_by_test_id("areas").locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="typiclust")).to_contain_text("±")
    expect(entry).to_contain_text("Ceiling, trained on all labels")
    expect(entry).to_contain_text("Only 2 seeds")

    with page.expect_popup() as opened:
        entry.get_by_role("link", name="Open the report").click()
    expect(opened.value.get_by_text("typiclust").first).to_be_visible()
    with page.expect_download() as saved:
        entry.get_by_role("link", name="Download JSON").click()
    assert '"curves"' in saved.value.path().read_text()


def test_an_annotator_is_told_whom_backtests_are_for(
    stack: Stack, browser: Browser, make_project: MakeProject
) -> None:
    project = make_project()
    annotator = stack.person()
    project.add(annotator, Role.ANNOTATOR)
    context = browser.new_context(base_url=stack.url)
    login = {"email": annotator.user.email, "password": PASSWORD}
    assert context.request.post("/api/v1/auth/login", data=login).ok
    page = context.new_page()
    page.goto(f"/projects/{project.id}/backtests")
    expect(page.get_by_test_id("not-allowed")).to_contain_text("You are an annotator of this project.")
    expect(page.get_by_role("button", name="Start a backtest")).to_have_count(0)
    page.goto(f"/projects/{project.id}")
    expect(page.get_by_test_id("plan")).to_contain_text("pt4al")
    expect(page.get_by_role("link", name="Backtests")).to_have_count(0)
    context.close()

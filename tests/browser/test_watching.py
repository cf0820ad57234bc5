"""What engineers see of a project at a glance: its jobs, its pool batches, when a cycle ends."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.bench import SECONDS, comes_true, context_of
from tests.browser.test_bench import pinch
from tests.browser.test_training import train
from tests.service.test_estimates import half_answered
from tests.service.test_jobs import start_run
from tests.stack import MakeProject, Person, Stack, quiet


def test_a_running_job_is_followed_by_its_log_and_stopped(page: Page, make_project: MakeProject) -> None:
    project = make_project(pool=300)
    start_run(project, epochs=300)
    page.goto(f"/projects/{project.id}")
    page.get_by_role("link", name="Jobs", exact=True).click()
    jobs = page.get_by_test_id("job-list")
    expect(jobs.get_by_role("listitem").first).to_contain_text("Someone")
    jobs.get_by_role("link", name="Pretext run").click()
    log = page.get_by_role("log")
    expect(log).to_contain_text(re.compile(r"epoch 2 of 300: loss \d"), timeout=SECONDS)
    expect(log).to_contain_text("epoch 4 of 300", timeout=SECONDS)  # it came while the page was open
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Try again")).to_be_visible(timeout=SECONDS)
    expect(log).to_contain_text("The job was cancelled.", timeout=SECONDS)


def test_the_overview_tells_where_the_pool_stands_and_when_the_cycle_ends(
    page: Page, make_project: MakeProject, owner: Person
) -> None:
    project = half_answered(make_project, owner)
    page.goto(f"/projects/{project.id}")
    expect(page.get_by_test_id("estimate")).to_contain_text(
        "Cycle 1 ends in about a minute. 2 answers are open"
    )
    strip = page.get_by_test_id("pool-batches")
    first = strip.get_by_role("link", name=re.compile("Pool batch 1, asked from by cycle 1"))
    expect(first).to_contain_text("6 of 9 labelled, 2 asked, 1 waiting", timeout=SECONDS)
    expect(strip).to_contain_text("6 labelled")
    strip.get_by_role("link", name=re.compile("Pool batch 2")).click()
    expect(page).to_have_url(re.compile(r"/images\?pool_batch=2$"))


def test_the_map_is_drawn_coloured_and_walked_through_by_keys(page: Page, make_project: MakeProject) -> None:
    project = make_project(pool=24, test=6, auto_next_cycle=False)
    project.rank(pool_batches=2)
    train(project, budget=6)
    page.goto(f"/projects/{project.id}/map")
    page.get_by_role("button", name="Draw the map").click()
    stage = page.get_by_role("application", name="Map of 24 images")
    expect(stage).to_be_visible(timeout=SECONDS)
    legend = page.get_by_test_id("map-legend")
    expect(legend).to_contain_text("no label18")
    page.get_by_text("Cycle", exact=True).click()
    expect(legend).to_contain_text("cycle 16")
    legend.get_by_role("button", name=re.compile("cycle 1")).click()
    expect(legend.get_by_role("button", pressed=True)).to_have_count(1)

    stage.press("ArrowRight")
    expect(page.get_by_test_id("map-card").locator("img")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="pretext loss")).to_have_count(1)
    stage.press("Enter")
    expect(page).to_have_url(re.compile(r"/images\?image=[0-9a-f-]{36}$"))


def test_fingers_ask_a_point_of_the_map_open_its_image_and_zoom(
    stack: Stack, browser: Browser, make_project: MakeProject, owner: Person
) -> None:
    project = make_project(pool=24)
    project.rank(pool_batches=2)
    drawn = project.client.call("POST", f"/projects/{project.id}/maps")
    project.client.wait_for_job(drawn["job"]["id"], quiet)
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    context = context_of(stack, browser, owner, **phone)
    page = context.new_page()
    page.goto(f"/projects/{project.id}/map")
    stage = page.get_by_role("application", name="Map of 24 images")
    stage.press("ArrowRight")  # finds a point
    here = middle(page)
    stage.press("Escape")
    card = page.get_by_test_id("map-card")
    expect(card).to_have_count(0)
    page.touchscreen.tap(*here)
    expect(card.locator("img")).to_be_visible()
    pinch(page, ".map-stage")
    comes_true(lambda: middle(page) != here)
    page.touchscreen.tap(*middle(page))
    expect(page).to_have_url(re.compile(r"/images\?image=[0-9a-f-]{36}$"))
    context.close()


def middle(page: Page) -> tuple[float, float]:
    """Where the point is that is asked."""
    box = page.locator(".map-here").bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

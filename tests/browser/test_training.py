"""How task models are trained and what they say, as people see it."""

import re

from playwright.sync_api import Page, expect

from app.demo.replay import answer_queue
from tests.stack import MakeProject, Project, quiet

SECONDS = 60_000  # milliseconds for what a worker does


def train(project: Project, budget: int) -> None:
    cycle = project.start_cycle(budget=budget)
    answer_queue(project.client, project.id, project.truth, quiet)
    job = project.client.call("GET", f"/cycles/{cycle['id']}")["training_job_id"]
    project.client.wait_for_job(job, quiet)


def test_the_class_balance_is_set_with_one_click(page: Page, make_project: MakeProject) -> None:
    project = make_project(pool=8, test=4, plan="random", auto_next_cycle=False)
    page.goto(f"/projects/{project.id}")
    training = page.get_by_test_id("training")
    expect(training).to_contain_text("Every labelled image counts the same.")
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        training.get_by_text("Sampling", exact=True).click()
    expect(training).to_contain_text("All classes are shown equally often")
    page.reload()
    expect(training.get_by_role("radio", name="Sampling")).to_be_checked()

    train(project, budget=4)
    expect(page.get_by_test_id("cycle-1")).to_contain_text("classes balanced by sampling", timeout=SECONDS)


def test_the_overview_says_whether_to_go_on_and_why(page: Page, make_project: MakeProject) -> None:
    project = make_project(pool=40, test=100, plan="random", auto_next_cycle=False, budget=6)
    train(project, budget=6)
    page.goto(f"/projects/{project.id}")
    stopping = page.get_by_test_id("stopping")
    expect(stopping).to_contain_text("It is too early to tell")
    stopping.get_by_text("Why").click()
    expect(stopping.get_by_text("A trend takes 4 trained cycles")).to_be_visible()
    expect(page.get_by_test_id("calibration")).to_contain_text("Calibration error 0.")
    expect(page.get_by_text("that takes 50 labelled validation images, and there are 0")).to_be_visible()

    for _ in range(3):
        train(project, budget=6)
    # A model of one epoch may learn or not; it is told either way.
    expect(stopping).to_contain_text(re.compile("More labels (may still help|bring little)"), timeout=SECONDS)
    expect(stopping).to_contain_text("6 more labels: about")

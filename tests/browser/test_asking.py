"""What cannot be undone asks first."""

from playwright.sync_api import Page, expect

from tests.browser.bench import comes_true, queue_of
from tests.stack import MakeProject, Project


def state(project: Project) -> str:
    return str(project.client.call("GET", f"/projects/{project.id}/cycles")["items"][-1]["state"])


def test_closing_a_cycle_early_says_what_happens_to_open_images(
    page: Page, make_project: MakeProject
) -> None:
    project = queue_of(make_project, budget=3)
    [leased] = project.client.call("POST", f"/projects/{project.id}/assignments", json={"limit": 1})["items"]
    project.client.call("PUT", f"/assignments/{leased['id']}/annotation", json={"class": "7"})
    page.goto(f"/projects/{project.id}")
    page.get_by_role("button", name="Close and train now").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("2 images have no answer yet. They stay in the pool")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_be_hidden()
    assert state(project) == "labelling"
    page.get_by_role("button", name="Close and train now").click()
    dialog.get_by_role("button", name="Close and train").click()
    comes_true(lambda: state(project) != "labelling")


def test_revoking_an_invitation_asks(page: Page, make_project: MakeProject) -> None:
    project = make_project()
    project.client.call("POST", f"/projects/{project.id}/invitations", json={"role": "annotator"})
    page.goto(f"/projects/{project.id}/members")
    page.get_by_test_id("invitations").get_by_role("button", name="Revoke").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Revoke").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_test_id("invitations")).to_contain_text("taken back")

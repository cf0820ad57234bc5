"""What owners and engineers do with a project in the browser: classes, people, settings."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from app.domain.enums import Role
from tests.service.test_labelling import labels, say, take
from tests.stack import PASSWORD, MakeProject, Person, Project, Stack


@pytest.fixture
def nobody(stack: Stack, browser: Browser) -> Iterator[Page]:
    """A page of a browser in which nobody is signed in."""
    context = browser.new_context(base_url=stack.url)
    yield context.new_page()
    context.close()


def sign_in(page: Page, person: Person) -> None:
    login = {"email": person.user.email, "password": PASSWORD}
    assert page.request.post("/api/v1/auth/login", data=login).ok


def class_names(project: Project) -> list[str]:
    items = project.client.call("GET", f"/projects/{project.id}/classes")["items"]
    return [item["name"] for item in items]


def test_a_class_is_edited_where_it_stands(page: Page, make_project: MakeProject) -> None:
    project = make_project()
    page.goto(f"/projects/{project.id}")
    page.get_by_role("link", name="Classes").click()
    name = page.get_by_label("Name of 3", exact=True)
    name.fill("4")
    name.press("Enter")
    expect(page.get_by_text("There is a class 4 already.")).to_be_visible()
    name.fill("three")
    name.press("Enter")
    expect(page.get_by_test_id("row-three")).to_be_visible()
    expect(page.get_by_test_id("history")).to_contain_text("renamed 3 to three")

    page.get_by_label("Hotkey of three").press("q")
    expect(page.get_by_label("Hotkey of three")).to_have_value("q")
    page.get_by_label("Colour of three").click()
    page.locator(".mantine-ColorPicker-swatch").last.click()
    with page.expect_response(lambda answer: answer.request.method == "PATCH") as changed:
        page.keyboard.press("Escape")
    assert changed.value.json()["color"] == "#868e96"
    guideline = page.get_by_label("Guideline of three")
    guideline.fill("Two bows.")
    guideline.press("Escape")
    expect(guideline).to_have_value("")
    page.get_by_label("Move three up").click()
    expect(page.get_by_role("listitem").nth(2)).to_have_attribute("data-testid", "row-three")
    page.get_by_label("Name of a new class").fill("ten")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_test_id("row-ten")).to_contain_text("0 labels")
    assert class_names(project) == ["0", "1", "three", "2", "4", "5", "6", "7", "8", "9", "ten"]


def test_a_removed_class_is_brought_back_by_who_removed_it(page: Page, make_project: MakeProject) -> None:
    project = make_project()
    page.goto(f"/projects/{project.id}/classes")
    page.get_by_label("More for 3", exact=True).click()
    page.get_by_role("menuitem", name="Remove").click()
    # The row is gone well before all that the removal makes stale has been read anew.
    held: list[Route] = []
    page.route("**/schema-changes*", lambda route: held.append(route))  # noqa: PLW0108 -- Playwright marks its handlers
    page.get_by_role("button", name="Remove the class").click()
    expect(page.get_by_test_id("row-3")).to_have_count(0)
    for route in held:
        route.continue_()
    page.unroute("**/schema-changes*")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_test_id("row-3")).to_be_visible()
    assert class_names(project) == [str(digit) for digit in range(10)]


def test_a_class_that_somebody_adds_appears_on_an_open_page(page: Page, make_project: MakeProject) -> None:
    project = make_project()
    page.goto(f"/projects/{project.id}/classes")
    expect(page.get_by_test_id("row-3")).to_be_visible()
    project.client.call("POST", f"/projects/{project.id}/classes", json={"name": "ten"})
    expect(page.get_by_test_id("row-ten")).to_be_visible(timeout=20_000)


def test_a_merge_is_told_in_numbers_asked_by_name_and_undone(
    page: Page, make_project: MakeProject, owner: Person
) -> None:
    project = make_project(pool=8, plan="random")
    project.start_cycle(budget=4)
    one, two, _ = take(owner, project, 3)
    say(owner, one["id"], "3")
    say(owner, two["id"], "8")
    page.goto(f"/projects/{project.id}/classes")
    page.get_by_label("More for 3", exact=True).click()
    page.get_by_role("menuitem", name="Merge into another class").click()
    page.get_by_placeholder("Choose a class").click()
    page.get_by_role("option", name="8", exact=True).click()
    told = page.get_by_test_id("consequences")
    expect(told).to_contain_text("1 label of 3 (1 pool) will count as 8, which then has 2.")
    confirm = page.get_by_role("button", name="Merge", exact=True)
    expect(confirm).to_be_disabled()
    page.get_by_label("Type 3 to confirm").fill("3")
    confirm.click()
    expect(page.get_by_test_id("row-3")).to_have_count(0)
    expect(page.get_by_test_id("row-8")).to_contain_text("2 labels")
    assert set(labels(project).values()) == {"8"}

    page.get_by_test_id("history").get_by_role("button", name="Undo").click()
    expect(page.get_by_test_id("row-3")).to_contain_text("1 label")
    assert labels(project)[one["image"]] == "3"


def test_an_annotator_reads_the_classes_and_is_told_whom_settings_are_for(
    stack: Stack, nobody: Page, make_project: MakeProject
) -> None:
    project = make_project()
    annotator = stack.person()
    project.add(annotator, Role.ANNOTATOR)
    sign_in(nobody, annotator)
    nobody.goto(f"/projects/{project.id}/classes")
    expect(nobody.get_by_test_id("row-3")).to_be_visible()
    expect(nobody.get_by_label("Name of 3", exact=True)).to_have_count(0)
    expect(nobody.get_by_role("navigation").get_by_role("link")).to_have_text(
        ["Overview", "Label", "Images", "Classes", "Guidelines", "Members"]
    )
    nobody.goto(f"/projects/{project.id}/settings")
    expect(nobody.get_by_test_id("not-allowed")).to_contain_text("You are an annotator of this project.")
    nobody.goto(f"/projects/{project.id}/members")
    expect(nobody.get_by_role("button", name="Invite")).to_have_count(0)


def test_somebody_new_comes_by_an_invitation(page: Page, nobody: Page, make_project: MakeProject) -> None:
    project = make_project()
    page.goto(f"/projects/{project.id}/members")
    page.get_by_role("button", name="Invite").click()
    page.get_by_label("Reviewer").check()
    page.get_by_role("button", name="Make the link").click()
    link = page.get_by_label("Invitation link").input_value()
    page.get_by_role("button", name="Done").click()

    nobody.goto(link)
    expect(nobody.get_by_text("as a reviewer")).to_be_visible()
    email = f"{uuid4().hex}@example.org"
    nobody.get_by_label("Name").fill("Grace")
    nobody.get_by_label("Email").fill(email)
    password = nobody.locator("input[autocomplete=new-password]")
    password.fill("short")
    nobody.get_by_role("button", name="Create account and join").click()
    expect(nobody.get_by_text("at least 8 characters").last).to_be_visible()
    password.fill(PASSWORD)
    nobody.get_by_role("button", name="Create account and join").click()
    expect(nobody).to_have_url(re.compile(f"/projects/{project.id}$"))

    nobody.goto(link)
    expect(nobody.get_by_test_id("link-refused")).to_contain_text("used this invitation already")
    page.reload()
    expect(page.get_by_test_id("invitations")).to_contain_text("Grace joined")
    page.get_by_test_id(f"member-{email}").get_by_label("Role of Grace").click()
    page.get_by_role("option", name="Engineer").click()
    expect(page.get_by_label("Role of Grace").first).to_have_value("Engineer")
    page.get_by_label("Remove Grace").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_test_id(f"member-{email}")).to_have_count(0)
    page.get_by_role("alert").filter(has_text="Removed Grace").get_by_role("button", name="Undo").click()
    expect(page.get_by_test_id(f"member-{email}").get_by_label("Role of Grace")).to_have_value("Engineer")


def test_somebody_with_an_account_signs_in_and_joins(
    stack: Stack, nobody: Page, make_project: MakeProject
) -> None:
    project, person = make_project(), stack.person()
    made = project.client.call("POST", f"/projects/{project.id}/invitations", json={"role": "annotator"})
    nobody.goto(made["path"])
    nobody.get_by_text("I have an account").click()
    nobody.get_by_label("Email").fill(person.user.email)
    nobody.locator("input[autocomplete=current-password]").fill(PASSWORD)
    nobody.get_by_role("button", name="Sign in").click()
    nobody.get_by_role("button", name="Join the project").click()
    expect(nobody).to_have_url(re.compile(f"/projects/{project.id}$"))


def test_a_setting_that_cannot_be_is_marked_in_the_servers_words(
    page: Page, make_project: MakeProject
) -> None:
    project = make_project()
    page.goto(f"/projects/{project.id}/settings")
    budget = page.get_by_label("Images per cycle")
    budget.fill("0")
    page.get_by_role("button", name="Save settings").click()
    expect(page.get_by_text("Input should be greater than or equal to 1")).to_be_visible()
    budget.fill("7")
    page.get_by_label("Epochs").fill("")
    page.get_by_role("button", name="Save settings").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    settings = project.client.call("GET", f"/projects/{project.id}")["settings"]
    assert (settings["budget"], settings["task_epochs"], settings["image_size"]) == (7, None, 16)


def test_a_project_is_renamed_deleted_by_its_name_and_restored(page: Page, make_project: MakeProject) -> None:
    project = make_project()
    name = f"Digits {uuid4().hex[:8]}"
    page.goto(f"/projects/{project.id}/settings")
    page.get_by_label("Name of the project").fill(name)
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    page.get_by_role("button", name="Delete the project").click()
    final = page.get_by_role("dialog").get_by_role("button", name="Delete the project")
    page.get_by_label(f"Type {name} to confirm").fill("Digits")
    expect(final).to_be_disabled()
    page.get_by_label(f"Type {name} to confirm").fill(name)
    final.click()
    expect(page.get_by_role("heading", name="Projects")).to_be_visible()
    assert project.client.request("GET", f"/projects/{project.id}").status_code == 404
    page.goto(f"/projects/{project.id}/classes")
    expect(page.get_by_text("No such project")).to_be_visible()
    page.goto("/")
    expect(page.get_by_test_id("deleted").get_by_role("listitem").filter(has_text=name)).to_contain_text(
        "6 days left"
    )
    page.get_by_role("button", name=f"Restore {name}").click()
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()

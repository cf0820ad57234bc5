"""One's account and its tokens, and what administrators do with accounts."""

from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.stack import PASSWORD, Person, Stack


@pytest.fixture
def admin(stack: Stack) -> Person:
    return stack.person(admin=True)


@pytest.fixture
def own(stack: Stack, browser: Browser, admin: Person) -> Iterator[Page]:
    """A page of somebody of their own, an administrator."""
    context = browser.new_context(base_url=stack.url)
    login = {"email": admin.user.email, "password": PASSWORD}
    assert context.request.post("/api/v1/auth/login", data=login).ok
    yield context.new_page()
    context.close()


def test_a_token_is_shown_once_works_and_is_revoked(stack: Stack, own: Page) -> None:
    own.goto("/account")
    own.get_by_role("button", name="New token").click()
    own.get_by_role("dialog").get_by_label("Name").fill("nightly")
    own.get_by_role("radio", name="Annotate").check()
    own.get_by_role("button", name="Create token").click()
    token = own.get_by_label("Token", exact=True).input_value()
    own.get_by_role("button", name="Done").click()

    def me() -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.get(f"{stack.url}/api/v1/me", headers=headers).status_code

    assert me() == 200
    row = own.get_by_test_id("token-nightly")
    expect(row).to_contain_text("Annotate")
    expect(row).to_contain_text("works until")
    expect(row).to_contain_text("used")
    assert token not in own.content()
    own.get_by_test_id("token-nightly").get_by_role("button", name="Revoke").click()
    own.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(own.get_by_test_id("token-nightly")).to_have_count(0)
    assert me() == 401


def test_another_browser_is_seen_and_signed_out(
    stack: Stack, browser: Browser, own: Page, admin: Person
) -> None:
    login = {"email": admin.user.email, "password": PASSWORD}
    elsewhere = [browser.new_context(base_url=stack.url) for _ in range(2)]
    for there in elsewhere:
        assert there.request.post("/api/v1/auth/login", data=login).ok
    own.goto("/account")
    rows = own.get_by_test_id("session")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("this one")
    rows.nth(1).get_by_role("button", name="Sign out").click()
    own.get_by_role("dialog").get_by_role("button", name="Sign out").click()
    expect(rows).to_have_count(2)
    own.get_by_role("button", name="Sign out others").click()
    own.get_by_role("dialog").get_by_role("button", name="Sign out").click()
    expect(rows).to_have_count(1)
    assert own.request.get("/api/v1/me").ok
    for there in elsewhere:
        assert there.request.get("/api/v1/me").status == 401
        there.close()


def test_name_and_password_are_changed(stack: Stack, own: Page, admin: Person) -> None:
    own.goto("/account")
    own.get_by_label("Name").fill("Ada")
    own.get_by_role("button", name="Save").click()
    expect(own.get_by_role("button", name="Ada")).to_be_visible()
    old = own.locator("input[autocomplete=current-password]")
    old.fill("not it")
    own.locator("input[autocomplete=new-password]").fill("another horse")
    own.get_by_role("button", name="Change password").click()
    expect(own.get_by_text("This is not your present password.")).to_be_visible()
    old.fill(PASSWORD)
    own.get_by_role("button", name="Change password").click()
    expect(own.get_by_text("The password is changed.")).to_be_visible()
    login = {"email": admin.user.email, "password": "another horse"}
    assert httpx.post(f"{stack.url}/api/v1/auth/login", json=login).is_success


def test_an_administrator_makes_and_deactivates_a_user(stack: Stack, own: Page) -> None:
    own.goto("/")
    own.get_by_role("button", name="Someone").click()
    own.get_by_role("menuitem", name="Users").click()
    own.get_by_role("button", name="New user").click()
    email = f"{uuid4().hex}@example.org"
    dialog = own.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Grace")
    dialog.get_by_label("Email").fill(email)
    dialog.locator("input[autocomplete=new-password]").fill(PASSWORD)
    dialog.get_by_role("button", name="Create user").click()
    row = own.get_by_test_id(f"user-{email}")
    row.get_by_role("button", name="More for Grace").click()
    own.get_by_role("menuitem", name="Make administrator").click()
    expect(row).to_contain_text("administrator")
    row.get_by_role("button", name="More for Grace").click()
    own.get_by_role("menuitem", name="Deactivate").click()
    expect(row).to_contain_text("deactivated")
    login = {"email": email, "password": PASSWORD}
    assert httpx.post(f"{stack.url}/api/v1/auth/login", json=login).status_code == 401


def test_who_lost_the_password_sets_a_new_one_by_a_link(stack: Stack, browser: Browser, own: Page) -> None:
    person = stack.person()
    own.goto("/admin/users")
    row = own.get_by_test_id(f"user-{person.user.email}")
    row.get_by_role("button", name="More for").click()
    own.get_by_role("menuitem", name="Make a password link").click()
    own.get_by_role("button", name="Make the link").click()
    link = own.get_by_label("Password link", exact=True).input_value()

    theirs = browser.new_context(base_url=stack.url).new_page()
    theirs.goto(link)
    expect(theirs.get_by_text(person.user.email)).to_be_visible()
    theirs.locator("input[autocomplete=new-password]").fill("another horse")
    theirs.get_by_role("button", name="Set password").click()
    expect(theirs.get_by_role("heading", name="Your password is set")).to_be_visible()
    theirs.get_by_role("link", name="Go to Nextbatch").click()
    theirs.get_by_label("Email").fill(person.user.email)
    theirs.locator("input[autocomplete=current-password]").fill("another horse")
    theirs.get_by_role("button", name="Sign in").click()
    expect(theirs.get_by_role("heading", name="Projects")).to_be_visible()
    theirs.goto(link)
    expect(theirs.get_by_test_id("link-refused")).to_contain_text("used already")
    theirs.context.close()


def test_others_are_told_whom_the_users_page_is_for(page: Page) -> None:
    page.goto("/admin/users")
    expect(page.get_by_test_id("not-allowed")).to_contain_text("administrators")

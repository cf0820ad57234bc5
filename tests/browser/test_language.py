"""The pages speak the language of who looks at them."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, expect

from tests.browser.test_training import SECONDS, train
from tests.stack import PASSWORD, MakeProject, Person, Stack

Open = Callable[..., Page]


@pytest.fixture
def visit(stack: Stack, browser: Browser) -> Iterator[Open]:
    """Opens a browser in which nobody is signed in, with a language of its own."""
    opened: list[BrowserContext] = []

    def visit(locale: str) -> Page:
        opened.append(browser.new_context(base_url=stack.url, locale=locale))
        return opened[-1].new_page()

    yield visit
    for context in opened:
        context.close()


def sign_in(page: Page, person: Person) -> None:
    login = {"email": person.user.email, "password": PASSWORD}
    assert page.context.request.post("/api/v1/auth/login", data=login).ok


def test_the_sign_in_page_speaks_the_browsers_language(visit: Open) -> None:
    page = visit("ko-KR")
    page.goto("/")
    expect(page.get_by_role("button", name="로그인")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "ko")


def test_a_language_chosen_on_the_sign_in_page_lasts(visit: Open) -> None:
    page = visit("en-GB")
    page.goto("/")
    page.get_by_text("한국어").click()
    expect(page.get_by_role("button", name="로그인")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="로그인")).to_be_visible()


def test_an_accounts_language_goes_with_the_person(stack: Stack, visit: Open) -> None:
    person = stack.person()
    page = visit("en-GB")
    sign_in(page, person)
    page.goto("/account")
    page.get_by_role("combobox", name="Language").click()
    page.get_by_role("option", name="한국어").click()
    expect(page.get_by_role("heading", name="계정")).to_be_visible()
    elsewhere = visit("de-DE")
    sign_in(elsewhere, person)
    elsewhere.goto("/account")
    expect(elsewhere.get_by_role("heading", name="비밀번호")).to_be_visible()


def test_what_the_server_says_of_a_cycle_and_an_import_is_read_in_korean(
    visit: Open, owner: Person, make_project: MakeProject
) -> None:
    project = make_project(pool=6, test=4, plan="random", auto_next_cycle=False)
    train(project, budget=7)
    cycle = project.client.call("GET", f"/projects/{project.id}/cycles")["items"][0]
    model = cycle["model"]
    english = [one["text"] for one in cycle["said"]["note"]] + model["stopping"]["reasons"]
    english.append(model["calibration"]["note"])
    assert len(english) == 4
    page = visit("ko-KR")
    sign_in(page, owner)
    page.goto(f"/projects/{project.id}")
    expect(page.get_by_text("고를 이미지가 6장만 남아 있었습니다.")).to_be_visible()
    expect(page.get_by_text("신뢰도를 보정하지 않았습니다.")).to_be_visible()
    page.get_by_text("이유", exact=True).click()
    expect(page.get_by_test_id("stopping")).to_contain_text("추세를 보려면")
    broken = FilePayload(name="broken.png", mimeType="image/png", buffer=b"\x89PNG nothing")
    page.get_by_test_id("import-drop").set_input_files(broken)
    expect(page.get_by_role("cell", name="broken.png")).to_be_visible(timeout=SECONDS)
    shown = page.get_by_role("main").inner_text()
    assert [text for text in [*english, "This is not", "damaged"] if text in shown] == []


def test_a_korean_user_reads_korean_on_the_overview_and_the_bench(
    stack: Stack, visit: Open, owner: Person, make_project: MakeProject
) -> None:
    project = make_project(pool=8)
    page = visit("ko-KR")
    sign_in(page, owner)
    page.goto(f"/projects/{project.id}")
    expect(page.get_by_role("button", name="사전 학습 시작")).to_be_visible()
    page.goto(f"/projects/{project.id}/label")
    expect(page.get_by_test_id("wait")).to_contain_text("지금은 라벨링할 이미지가 없습니다")

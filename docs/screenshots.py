"""Pictures of every page, from the demo: `make screenshots`.

Each page in light and dark, 1440 and 390 px wide, goes to `.screenshots/` to be looked at; those that the
docs show come here. The demo is played in a fresh data folder: pictures do not depend on what was there.
"""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from rich.console import Console

FOLDER = Path(__file__).parents[1] / ".screenshots"
SIZES = {1440: 900, 390: 844}
console = Console()


def _no_act(_page: Page) -> None:
    """Show the page as it opens."""


def _press(*keys: str) -> Callable[[Page], None]:
    def press(page: Page) -> None:
        for key in keys:
            page.keyboard.press(key)
            page.wait_for_timeout(300)

    return press


def _open_first(page: Page) -> None:
    page.locator("[data-image]").first.click()
    page.wait_for_timeout(1000)


def _draw_map(page: Page) -> None:
    if page.get_by_test_id("map").count() == 0:
        page.get_by_role("button", name="Draw the map").click()
    page.get_by_test_id("map").wait_for(timeout=120_000)
    page.wait_for_timeout(1000)


def _open_job(page: Page) -> None:
    page.get_by_test_id("job-list").get_by_role("link").first.click()
    page.wait_for_timeout(1500)


# By name: the path, and what is done before the picture is taken. "{}" is the demo's project.
PAGES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "projects": ("/", _no_act),
    "new-project": ("/projects/new", _no_act),
    "overview": ("/projects/{}", _no_act),
    "label": ("/projects/{}/label", _no_act),
    "label-grid": ("/projects/{}/label", _press("Shift+G")),
    "label-help": ("/projects/{}/label", _press("?")),
    "images": ("/projects/{}/images", _no_act),
    "image": ("/projects/{}/images", _open_first),
    "classes": ("/projects/{}/classes", _no_act),
    "guidelines": ("/projects/{}/guidelines", _no_act),
    "members": ("/projects/{}/members", _no_act),
    "review": ("/projects/{}/review", _no_act),
    "label-check": ("/projects/{}/label-check", _no_act),
    "backtests": ("/projects/{}/backtests", _no_act),
    "map": ("/projects/{}/map", _draw_map),
    "jobs": ("/projects/{}/jobs", _no_act),
    "job": ("/projects/{}/jobs", _open_job),
    "settings": ("/projects/{}/settings", _no_act),
    "account": ("/account", _no_act),
    "users": ("/admin/users", _no_act),
}
# Shown in the docs: page, colour scheme, width, and the file's name.
SHOWN = {("overview", "light", 1440): "screenshot.png", ("label", "dark", 1440): "bench.png"}


def take_all(url: str, email: str, password: str, project: str) -> None:
    """Take every page's picture in both schemes and widths."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        for scheme in ("light", "dark"):
            for width, height in SIZES.items():
                context = chromium.new_context(
                    base_url=url, viewport={"width": width, "height": height}, color_scheme=scheme
                )
                login = {"email": email, "password": password}
                if not context.request.post("/api/v1/auth/login", data=login).ok:
                    raise SystemExit("The demo's login does not work.")
                page = context.new_page()
                for name, (where, act) in PAGES.items():
                    page.goto(where.format(project))
                    page.wait_for_load_state("networkidle" if "label" not in where else "load")
                    page.wait_for_timeout(1200)
                    act(page)
                    taken = FOLDER / f"{name}-{scheme}-{width}.png"
                    # The bench fills the window, and does not scroll.
                    page.screenshot(path=taken, full_page=not name.startswith("label"))
                    if shown := SHOWN.get((name, scheme, width)):
                        page.screenshot(path=Path(__file__).parent / shown)
                context.close()
        chromium.close()


def main() -> None:
    """Play the demo, and take the pictures."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    with tempfile.TemporaryDirectory(prefix="nb") as name:
        os.environ["NEXTBATCH_DATA_DIR"] = name
        from app.demo import run as demo  # noqa: PLC0415  # not before the data folder is set
        from app.service import service  # noqa: PLC0415

        with service(host="127.0.0.1", port=0, say=console.print) as supervisor:
            state = demo.run(supervisor.url, None, Path(name) / "demo", console)
            take_all(supervisor.url, state["email"], state["password"], state["project"])
    console.print(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER.name}/")


if __name__ == "__main__":
    main()

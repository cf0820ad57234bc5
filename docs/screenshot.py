"""Makes docs/screenshot.png: the demo's overview in Chromium. `make screenshot` runs it."""

import os
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright
from rich.console import Console

TARGET = Path(__file__).parent / "screenshot.png"


def main() -> None:
    """Play the demo in a fresh data folder, and look at it."""
    console = Console()
    with tempfile.TemporaryDirectory(prefix="nb") as name:
        os.environ["NEXTBATCH_DATA_DIR"] = name
        from app.demo import run as demo  # noqa: PLC0415  # settings are read when it is imported
        from app.service import service  # noqa: PLC0415

        with service(host="127.0.0.1", port=0, say=console.print) as supervisor:
            state = demo.run(supervisor.url, None, Path(name) / "demo", console)
            with sync_playwright() as playwright:
                path = shutil.which("chromium")
                browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
                page = browser.new_page(base_url=supervisor.url, viewport={"width": 1280, "height": 860})
                login = {"email": state["email"], "password": state["password"]}
                page.request.post("/api/v1/auth/login", data=login)
                page.goto(f"/projects/{state['project']}")
                page.get_by_text("accuracy with").wait_for()
                page.wait_for_timeout(500)  # the last progress bars slide into place
                page.screenshot(path=TARGET)
                browser.close()


if __name__ == "__main__":
    main()

"""Handing out thumbs, with the caller's rights checked, beside a plain server of the same files.

    .venv/bin/python bench/images.py

The peer is Starlette's StaticFiles under the same web server with as many processes, which asks nobody who
they are. Eight clients with a connection each ask for a thumb, then for the next; the cores are shared.
Prints requests a second, the CPU time of one, and the same for callers who have the bytes already (304).
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from clients import Measured, console, measure, peer, processes_of, started

DATA = Path(__file__).parents[1].parent / "shared/data/cifar10-15k.zip"
LIMIT_OF_STATIC = 0.5
STATIC = """
import sys
from starlette.applications import Starlette
from starlette.staticfiles import StaticFiles
import uvicorn
app = Starlette()
app.mount("/", StaticFiles(directory=sys.argv[1]))
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), access_log=False, log_level="warning")
"""


def show(what: str, found: Measured, static: Measured | None = None) -> None:
    ratio = f"   {found.per_second / static.per_second:.0%} of the static server" if static else ""
    console.print(
        f"{what:<34}{found.per_second:8.0f} requests/s{found.cpu_ms:8.2f} ms of CPU each{ratio}",
        soft_wrap=True,
    )


def run(seconds: float, count: int, folder: Path) -> bool:
    """Measure; returns whether the limit holds."""
    from app.demo.client import Client  # noqa: PLC0415  # like the app, not before the data folder is set

    with started() as (supervisor, token):
        client = Client(supervisor.url, token)
        project = client.call("POST", "/projects", json={"name": "Bench", "classes": [{"name": "a"}]})["id"]
        with console.status("importing ..."):
            client.wait_for_job(client.upload(project, DATA, "ignore"), lambda *_: None)
        images = client.call("GET", f"/projects/{project}/images", params={"limit": count})["items"]
        ours = [f"/api/v1/images/{image['id']}/content?size=thumb" for image in images]
        # Small JPEGs, which are their own thumbs.
        theirs = [f"/{image['sha256'][:2]}/{image['sha256'][2:4]}/{image['sha256']}" for image in images]
        server = processes_of(supervisor)
        with peer(STATIC, theirs[0], str(folder / "blobs")) as (url, process):
            auth, plain = f"Authorization: Bearer {token}\r\n", [process]
            static = measure(url, theirs, "", plain, seconds)
            show("static server, thumbs", static)
            found = measure(supervisor.url, ours, auth, server, seconds)
            show("Nextbatch, thumbs", found, static)
            static_known = measure(url, theirs, "", plain, seconds, known=True)
            show("static server, not modified", static_known)
            known = measure(supervisor.url, ours, auth, server, seconds, known=True)
            show("Nextbatch, not modified", known, static_known)
        client.close()
    console.print(f"Thumbs at at least {LIMIT_OF_STATIC:.0%} of the static server's speed.")
    return found.per_second / static.per_second >= LIMIT_OF_STATIC


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--images", type=int, default=500)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nb") as name:
        os.environ["NEXTBATCH_DATA_DIR"] = name
        sys.exit(0 if run(asked.seconds, asked.images, Path(name)) else 1)


if __name__ == "__main__":
    main()

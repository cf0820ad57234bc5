"""Label Studio on this machine, for what the other benches are compared with.

    python3 -m venv PEER && PEER/bin/pip install label-studio==1.23.2 uwsgi
    .venv/bin/python bench/label_studio.py PEER postgresql://user:password@localhost/empty

It wants a PostgreSQL of its own, empty, and with `pg_trgm`, which our embedded one has not. Served by uwsgi
with four processes, as in its container. Prints pairs a second (a pair: the next task fetched, an annotation
submitted) with 8 clients, milliseconds of its lists at the median, and seconds of an export as JSON. To be
run just before or after `bench/annotators.py`, `bench/lists.py` or `bench/exports.py`: machines differ.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psutil
from rich.console import Console

from app.embedded import free_port

CLIENTS = 8
PAGE = 100
CHUNK = 5000
TOKEN = "0123456789abcdef0123456789abcdef01234567"  # of a server that lives for minutes
CLASSES = [f"class {number}" for number in range(10)]
CONFIG = (
    '<View><Image name="image" value="$image"/><Choices name="choice" toName="image">'
    + "".join(f'<Choice value="{name}"/>' for name in CLASSES)
    + "</Choices></View>"
)
console = Console(highlight=False)


def environment(database: str, folder: str) -> dict[str, str]:
    """What Label Studio is told about its surroundings."""
    url = urlsplit(database)
    given = {
        "DJANGO_DB": "default",
        "DJANGO_SETTINGS_MODULE": "core.settings.label_studio",
        "POSTGRE_USER": url.username,
        "POSTGRE_PASSWORD": url.password,
        "POSTGRE_HOST": url.hostname,
        "POSTGRE_PORT": str(url.port or 5432),
        "POSTGRE_NAME": url.path.strip("/"),
        "LABEL_STUDIO_BASE_DATA_DIR": folder,
        "COLLECT_ANALYTICS": "false",
        "DEBUG": "false",
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
    }
    return dict(os.environ) | {name: value or "" for name, value in given.items()}


@contextmanager
def served(venv: Path, database: str) -> Iterator[tuple[str, psutil.Process]]:
    """Run it with an account; yields its address, and the process that the others belong to."""
    package = next(venv.glob("lib/python3*/site-packages/label_studio"))
    with tempfile.TemporaryDirectory(prefix="ls") as folder, (Path(folder) / "log").open("wb") as log:
        env = environment(database, folder)
        account = ["--username", "bench@example.com", "--password", "bench-password", "--user-token", TOKEN]
        init = [str(venv / "bin/label-studio"), "init", "bench", *account, "--no-browser"]
        subprocess.run(init, env=env, stdout=log, stderr=log, check=True)  # our own arguments
        port = free_port()
        options = ["--master", "--processes", "4", "--die-on-term", "--http-keepalive", "--disable-logging"]
        command = [str(venv / "bin/uwsgi"), "--http", f"127.0.0.1:{port}", "--chdir", str(package)]
        command += ["--module", "core.wsgi:application", "--buffer-size", "65535", *options]
        process = subprocess.Popen(command, env=env, stdout=log, stderr=log)
        url = f"http://127.0.0.1:{port}"
        try:
            wait(f"{url}/api/version", process)
            yield url, psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait()


def wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    """Wait until it answers; raises RuntimeError."""
    for _ in range(300):
        try:
            if httpx.get(url, timeout=30).is_success:
                return
        except httpx.HTTPError:
            pass
        if process.poll() is not None:
            break
        time.sleep(0.5)
    raise RuntimeError("Label Studio does not start.")


def client_of(url: str) -> httpx.Client:
    """A client that is signed in: tokens like ours are off in a new organisation."""
    client = httpx.Client(base_url=url, timeout=600, follow_redirects=True)
    client.get("/user/login/").raise_for_status()
    form = {"email": "bench@example.com", "password": "bench-password"}
    form["csrfmiddlewaretoken"] = client.cookies["csrftoken"]
    client.post("/user/login/", data=form, headers={"Referer": url}).raise_for_status()
    client.headers.update({"X-CSRFToken": client.cookies["csrftoken"], "Referer": url})
    return client


def make(client: httpx.Client, tasks: int) -> int:
    """A project with so many tasks."""
    body = {"title": f"{tasks} tasks", "label_config": CONFIG, "sampling": "Sequential sampling"}
    project = int(client.post("/api/projects/", json=body).raise_for_status().json()["id"])
    for start in range(0, tasks, CHUNK):
        rows = [{"data": {"image": f"/data/{n}.png"}} for n in range(start, min(start + CHUNK, tasks))]
        client.post(f"/api/projects/{project}/import", json=rows).raise_for_status()
    return project


def annotate(url: str, project: int, pairs: int, took: list[float]) -> None:
    """Fetch the next task and submit an annotation, so many times."""
    with closing(client_of(url)) as client:
        for number in range(pairs):
            begun = time.perf_counter()
            task = client.get(f"/api/projects/{project}/next").raise_for_status().json()["id"]
            choice = {"choices": [CLASSES[number % len(CLASSES)]]}
            result = [{"from_name": "choice", "to_name": "image", "type": "choices", "value": choice}]
            body = {"result": result, "lead_time": 0.9}
            client.post(f"/api/tasks/{task}/annotations/", json=body).raise_for_status()
            took.append(1000 * (time.perf_counter() - begun))


def cpu_seconds(server: psutil.Process) -> float:
    """CPU time that it and PostgreSQL have had."""
    parts = [server, *server.children(recursive=True)]
    parts += [p for p in psutil.process_iter(["name"]) if p.info["name"] == "postgres"]
    spent = 0.0
    for part in parts:
        with suppress(psutil.NoSuchProcess):  # its parent counts it
            times = part.cpu_times()
            spent += times.user + times.system
    return spent


def median_ms(client: httpx.Client, path: str, **params: Any) -> float:
    """Milliseconds of a call at the median of seven."""
    took = []
    for _ in range(8):
        begun = time.perf_counter()
        client.get(path, params=params).raise_for_status()
        took.append(1000 * (time.perf_counter() - begun))
    return statistics.median(took[1:])


def run(venv: Path, database: str, tasks: int, pairs: int) -> None:
    """Measure, and print."""
    with served(venv, database) as (url, server), closing(client_of(url)) as client:
        with console.status(f"{tasks} tasks ..."):
            project = make(client, tasks)
        took: list[list[float]] = [[] for _ in range(CLIENTS)]
        threads = [threading.Thread(target=annotate, args=(url, project, pairs, each)) for each in took]
        before, begun = cpu_seconds(server), time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds, spent = time.perf_counter() - begun, cpu_seconds(server) - before
        every = [ms for each in took for ms in each]
        console.print(f"{tasks} tasks, {CLIENTS} clients")
        console.print(f"  pairs a second               {len(every) / seconds:8.1f}")
        console.print(f"  a pair, median               {statistics.median(every):8.0f} ms")
        console.print(f"  CPU of a pair                {1000 * spent / len(every):8.1f} ms")
        tasks_ms = median_ms(client, "/api/tasks", project=project, page=1, page_size=PAGE)
        console.print(f"  its list of tasks            {tasks_ms:8.0f} ms")
        console.print(f"  its list of projects         {median_ms(client, '/api/projects/'):8.0f} ms")
        begun = time.perf_counter()
        params = {"exportType": "JSON", "download_all_tasks": "true"}
        client.get(f"/api/projects/{project}/export", params=params).raise_for_status()
        console.print(f"  export of all tasks as JSON  {time.perf_counter() - begun:8.1f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("venv", type=Path, help="a virtual environment with label-studio and uwsgi")
    parser.add_argument("database", help="URL of an empty database")
    parser.add_argument("--tasks", type=int, default=10_000)
    parser.add_argument("--pairs", type=int, default=25, help="pairs of each client")
    asked = parser.parse_args()
    run(asked.venv.resolve(), asked.database, asked.tasks, asked.pairs)


if __name__ == "__main__":
    sys.exit(main())

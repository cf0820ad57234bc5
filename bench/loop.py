"""The whole loop through REST, timed: import, pretext run, ten pool batches, two cycles of 300.

    .venv/bin/python bench/loop.py [ImageFolder tree or zip with train/ and test/]

Prints each stage's time and images per second, the whole against its limit of 20 minutes, the median time of
handing out an image and of keeping an answer, the seconds from the last label to the next open queue beside
the computing in between (training, evaluation and query, as the jobs timed it), and the memory of the API and
of the worker.
"""

import itertools
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
from clients import console, started

LIMIT_MINUTES = 20
LIMIT_API_MIB = 200
LIMIT_CALL_MS = 10
LIMIT_BESIDE_COMPUTING_S = 2
BUDGET, CYCLES, POOL_BATCHES = 300, 2, 10


class Bench:
    """The stages so far."""

    def __init__(self) -> None:
        self.begun = time.monotonic()

    @contextmanager
    def stage(self, name: str, images: Callable[[], int] | None = None) -> Iterator[None]:
        begun = time.monotonic()
        yield
        seconds = time.monotonic() - begun
        speed = f"{images() / seconds:10.0f} images/s" if images else ""
        console.print(f"{name:<28}{seconds:8.1f} s{speed}")

    def total(self) -> float:
        return time.monotonic() - self.begun


def quiet(_part: float, _message: str) -> None:
    """Tell nobody."""


def answer_one_by_one(client: Any, project: str, truth: dict[str, str]) -> tuple[list[float], list[float]]:
    """Label the queue as one person does; milliseconds of each lease and of each answer."""
    leases, answers = [], []
    while True:
        begun = time.perf_counter()
        items = client.call("POST", f"/projects/{project}/assignments", json={"limit": 1})["items"]
        if not items:
            return leases, answers
        leased = time.perf_counter()
        body = {"class": truth[items[0]["image"]["sha256"]]}
        client.call("PUT", f"/assignments/{items[0]['id']}/annotation", json=body)
        leases.append(1000 * (leased - begun))
        answers.append(1000 * (time.perf_counter() - leased))


def beside_computing(client: Any, project: str) -> float:
    """Seconds from a cycle's last label to the next open queue, less the computing; the worst."""
    cycles = client.call("GET", f"/projects/{project}/cycles")["items"]
    found = []
    for ended, following in itertools.pairwise(cycles):
        opened, closed = (datetime.fromisoformat(at) for at in (following["opened_at"], ended["closed_at"]))
        jobs = ended["training_job_id"], following["query_job_id"]
        parts = [client.call("GET", f"/jobs/{job}")["result"]["seconds"] for job in jobs]
        computing = {name: seconds for part in parts for name, seconds in part.items()}
        console.print(f"  computing: {', '.join(f'{name} {s:.2f} s' for name, s in computing.items())}")
        found.append((opened - closed).total_seconds() - sum(computing.values()))
    return max(found)


def mib(pid: int) -> float:
    return psutil.Process(pid).memory_info().rss / 2**20


def ratio(what: str, value: float, limit: float, unit: str) -> bool:
    console.print(f"{what:<28}{value:8.1f} {unit:<4} {value / limit:6.2f} of the limit, {limit:g} {unit}")
    return value <= limit


def run(source: Path | None, folder: Path) -> bool:
    """Run the loop in a fresh data folder; returns whether all limits hold."""
    os.environ["NEXTBATCH_DATA_DIR"] = str(folder)
    from app.demo.client import Client  # noqa: PLC0415
    from app.demo.images import prepare  # noqa: PLC0415

    prepared = prepare(source, folder / "images")
    truth = prepared.labels()
    with started() as (supervisor, token):
        client, bench = Client(supervisor.url, token), Bench()
        at_rest = mib(supervisor.process("api").pid), mib(supervisor.process("worker").pid)
        body = {
            "name": "bench",
            "classes": [{"name": name} for name in prepared.classes],
            "settings": {"budget": BUDGET},
        }
        project = client.call("POST", "/projects", json=body)["id"]
        counts: dict[str, int] = {}
        for split, path, labels in (("pool", prepared.pool, "ignore"), ("test", prepared.test, "test")):
            with bench.stage(f"import of {split}", lambda split=split: counts[split]):
                done = client.wait_for_job(client.upload(project, path, labels), quiet)
                counts[split] = done["result"]["imported"]
        with bench.stage("pretext run", lambda: counts["pool"]):
            asked = {"task": "rotation", "pool_batches": POOL_BATCHES}
            ranked = client.call("POST", f"/projects/{project}/pretext-runs", json=asked)
            done = client.wait_for_job(ranked["job"]["id"], quiet)
            trained = done["result"]["images_per_second"]
        console.print(f"{'  training alone':<28}{'':10}{trained:10.0f} images/s (each turned four times)")
        client.call("POST", f"/projects/{project}/cycles", json={"budget": BUDGET})
        leases, answers = [], []
        for number in range(1, CYCLES + 1):
            with bench.stage(f"cycle {number}: query", lambda: counts["pool"] // POOL_BATCHES):
                client.open_cycle(project, quiet)
            with bench.stage(f"cycle {number}: labels", lambda: BUDGET):
                times = answer_one_by_one(client, project, truth)
                leases += times[0]
                answers += times[1]
            with bench.stage(f"cycle {number}: training"):
                cycle = client.call("GET", f"/projects/{project}/cycles")["items"][number - 1]
                client.wait_for_job(cycle["training_job_id"], quiet)
            model = client.call("GET", f"/cycles/{cycle['id']}")["model"]
            console.print(f"  {model['label_count']} labels: accuracy {model['metrics']['accuracy']:.1%}")
        total = bench.total()
        client.open_cycle(project, quiet)
        beside = beside_computing(client, project)
        after = mib(supervisor.process("api").pid), mib(supervisor.process("worker").pid)
        client.close()
    console.print(
        f"worker's memory             {at_rest[1]:8.1f} MiB at the start, {after[1]:.1f} MiB at the end"
    )
    return all(
        [
            ratio("whole loop", total / 60, LIMIT_MINUTES, "min"),
            ratio("API at rest", at_rest[0], LIMIT_API_MIB, "MiB"),
            ratio("API after the loop", after[0], LIMIT_API_MIB, "MiB"),
            ratio("last label to open queue", beside, LIMIT_BESIDE_COMPUTING_S, "s"),
            ratio("POST assignments, median", statistics.median(leases), LIMIT_CALL_MS, "ms"),
            ratio("PUT annotation, median", statistics.median(answers), LIMIT_CALL_MS, "ms"),
        ]
    )


def main() -> None:
    usual = Path(__file__).parents[2] / "shared/data/cifar10-15k.zip"
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else usual if usual.exists() else None
    console.print(f"images: {source.name if source else 'digits'}")
    with tempfile.TemporaryDirectory(prefix="nb") as folder:
        sys.exit(0 if run(source, Path(folder)) else 1)


if __name__ == "__main__":
    main()

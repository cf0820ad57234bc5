"""Leasing and answering by 100 annotators at once, on pools of 10,000 and of 1,000,000 images.

    .venv/bin/python bench/annotators.py                   both pools, overlap 1 and 3
    .venv/bin/python bench/annotators.py --pools 10000     a quick look

Annotators are threads of this process with a connection each; all share the cores with the API and
PostgreSQL. Prints, for each pool and overlap, pairs a second (a pair: one image leased, one answer kept),
median and 99th percentile of each call, and the CPU time of a pair, API and PostgreSQL together; then what a
pool of 1,000,000 costs against one of 10,000; and before all, the memory of API and PostgreSQL at rest.
It checks that no image went twice to one person, that no answer was lost, and that no image was held by more
people than its overlap.
"""

import argparse
import json
import os
import re
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import psutil
from pool import address, fill, person, vacuum
from rich.console import Console

ANNOTATORS = 100
QUEUED = {10_000: 5_000, 1_000_000: 50_000}
CLIENTS = 8
CLASSES = [f"class {number}" for number in range(10)]
LIMIT_FLAT = 1.3
LIMIT_P99_MS = 50
LIMIT_CPU_MS = 4
LIMIT_REST_MIB = 400
# Label Studio 1.23.2 on a quiet machine of 2 cores with PostgreSQL and uwsgi, 10,000 tasks and 8 clients.
LABEL_STUDIO_PAIRS = 10.4
LIMIT_TIMES_LABEL_STUDIO = 40
console = Console(highlight=False)


@dataclass
class Told:
    """What one annotator saw: milliseconds of each call, and the images answered."""

    leases: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


MEMBERS = [{"email": address(n), "role": "annotator" if n else "owner"} for n in range(ANNOTATORS)]


class Line:
    """One annotator's connection, kept open; as light as can be, since it shares the cores."""

    def __init__(self, url: str, token: str) -> None:
        self._address = urlsplit(url)
        self._head = (
            f"Host: {self._address.netloc}\r\nAuthorization: Bearer {token}\r\n"
            "Content-Type: application/json\r\n"
        )
        self.open()

    def open(self) -> None:
        """Connect anew: the server closes what is idle."""
        self._socket = socket.create_connection((self._address.hostname or "", self._address.port or 80))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def call(self, method: str, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        sent = json.dumps(body)
        head = f"{method} /api/v1{path} HTTP/1.1\r\n{self._head}Content-Length: {len(sent)}\r\n\r\n"
        self._socket.sendall((head + sent).encode())
        got = self._socket.recv(65536)
        while (end := got.find(b"\r\n\r\n")) < 0:
            got += self._socket.recv(65536)
        length = re.search(rb"content-length: (\d+)", got[:end], re.IGNORECASE)
        missing = (int(length[1]) if length else 0) - (len(got) - end - 4)
        while missing > 0:
            more = self._socket.recv(65536)
            got, missing = got + more, missing - len(more)
        return int(got[9:12]), json.loads(got[end + 4 :] or b"null")


def annotate(line: Line, project: str, pairs: int, told: Told) -> None:
    """Lease and answer one image after the other, so many or until there is none left."""
    line.open()
    for number in range(pairs):
        begun = time.perf_counter()
        status, leased = line.call("POST", f"/projects/{project}/assignments", {"limit": 1})
        got = time.perf_counter()
        if status != 200:
            told.faults.append(f"lease: {status}")
            continue
        if not leased["items"]:
            return
        (one,) = leased["items"]
        said = {"class": CLASSES[number % len(CLASSES)], "elapsed_ms": 900}
        status, _ = line.call("PUT", f"/assignments/{one['id']}/annotation", said)
        told.answers.append(1000 * (time.perf_counter() - got))
        told.leases.append(1000 * (got - begun))
        if status == 200:
            told.images.append(one["image"]["id"])
        else:
            told.faults.append(f"answer: {status}")


def open_cycle(project: str, queued: int, overlap: int) -> UUID:
    """A cycle whose queue is open, with the first images that are in no queue yet."""
    from sqlalchemy import text  # noqa: PLC0415

    from app.db import learning  # noqa: PLC0415
    from app.db.models import Project  # noqa: PLC0415
    from app.db.session import unit_of_work  # noqa: PLC0415
    from app.domain.enums import CycleState, JobStatus  # noqa: PLC0415
    from app.domain.plans import plan_named  # noqa: PLC0415
    from app.domain.project_settings import ProjectSettings  # noqa: PLC0415

    with unit_of_work() as work:
        db = work.session
        row = db.get_one(Project, UUID(project))
        row.settings |= {"overlap": overlap}
        settings = ProjectSettings.model_validate(row.settings)
        cycle, job = learning.add_cycle(work, row.id, queued, plan_named("random"), None, settings=settings)
        work.jobs_to_send.clear()
        job.status = JobStatus.SUCCEEDED
        cycle.state, cycle.queued = CycleState.LABELLING, queued
        db.flush()
        items = """
            INSERT INTO queue_items (id, created_at, cycle_id, image_id, position, state, slots, audited,
                holders, done_by)
            SELECT uuidv7(), now(), :cycle, i.id, row_number() OVER (ORDER BY i.id) - 1, 'OPEN', :overlap,
                false, '{}', '{}'
            FROM (SELECT id FROM images WHERE project_id = :project ORDER BY id LIMIT :queued) i
        """
        values = {"cycle": cycle.id, "project": row.id, "queued": queued, "overlap": overlap}
        db.execute(text(items), values)
        opened: UUID = cycle.id
    vacuum()  # a minute later, autovacuum would: the planner knows how long the queue is
    return opened


def close_cycle(cycle_id: UUID) -> None:
    """End a cycle without a training."""
    from sqlalchemy import text  # noqa: PLC0415

    from app.db.session import unit_of_work  # noqa: PLC0415

    with unit_of_work() as work:
        work.session.execute(text("UPDATE cycles SET state = 'DONE' WHERE id = :id"), {"id": cycle_id})


def wrong(cycle_id: UUID, told: list[Told]) -> list[str]:
    """What must not be: an image twice to one person, an answer lost, more people than slots."""
    from sqlalchemy import text  # noqa: PLC0415

    from app.db.session import unit_of_work  # noqa: PLC0415

    found = [fault for one in told for fault in one.faults]
    twice = [one for one in told if len(set(one.images)) < len(one.images)]
    found += ["an image went twice to one person"] * len(twice)
    kept_query = """
        SELECT a.image_id::text, count(*), count(DISTINCT a.user_id) FROM annotations a
        JOIN assignments s ON s.id = a.assignment_id JOIN queue_items q ON q.id = s.queue_item_id
        WHERE q.cycle_id = :cycle GROUP BY a.image_id
    """
    over_query = """
        SELECT count(*) FROM queue_items q WHERE q.cycle_id = :cycle AND (
            cardinality(holders) + cardinality(done_by) > slots
            OR (SELECT count(*) FROM annotations a JOIN assignments s ON s.id = a.assignment_id
                WHERE s.queue_item_id = q.id) <> cardinality(done_by))
    """
    with unit_of_work() as work:
        kept = work.session.execute(text(kept_query), {"cycle": cycle_id}).all()
        over = work.session.scalar(text(over_query), {"cycle": cycle_id})
    if {image: count for image, count, _ in kept} != Counter(i for one in told for i in one.images):
        found.append("the answers in the database are not those that were acknowledged")
    if any(count != people for _, count, people in kept):
        found.append("somebody answered twice for an image")
    if over:
        found.append(f"{over} images were held by more people than their overlap")
    return found


class Processes:
    """The API and its PostgreSQL: the CPU time that they have had, and their memory."""

    def __init__(self, api: int) -> None:
        folder = os.environ["NEXTBATCH_DATA_DIR"]
        servers = [p for p in psutil.process_iter(["name"]) if p.info["name"] == "postgres"]
        postmaster = next(p for p in servers if any(folder in word for word in p.cmdline()))
        self._parents = [psutil.Process(api), postmaster]

    def _all(self) -> list[psutil.Process]:
        return [p for parent in self._parents for p in (parent, *parent.children(recursive=True))]

    def cpu_seconds(self) -> float:
        """Backends that ended in between are counted by their parent."""
        spent = 0.0
        for part in self._all():
            with suppress(psutil.NoSuchProcess):
                times = part.cpu_times()
                spent += times.user + times.system
        return spent

    def memory_mib(self) -> float:
        """What processes share is counted once, where the system tells (Linux)."""
        told = [part.memory_full_info() for part in self._all()]
        return sum(getattr(one, "pss", one.rss) for one in told) / 2**20


@dataclass(frozen=True)
class Measured:
    """What one setting gave."""

    lease_ms: float
    answer_ms: float
    p99_ms: float
    pairs_per_second: float
    cpu_ms: float


def measure(lines: list[Line], project: str, pairs: int, told: list[Told], cpu: Processes) -> Measured:
    """Let all annotators work at once, each for so many pairs."""
    threads = [
        threading.Thread(target=annotate, args=(line, project, pairs, one))
        for line, one in zip(lines, told, strict=True)
    ]
    before, begun = cpu.cpu_seconds(), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds, spent = time.perf_counter() - begun, cpu.cpu_seconds() - before
    leases = [ms for one in told for ms in one.leases]
    answers = [ms for one in told for ms in one.answers]
    return Measured(
        statistics.median(leases),
        statistics.median(answers),
        statistics.quantiles(leases + answers, n=100)[-1],
        len(answers) / seconds,
        1000 * spent / len(answers),
    )


def show(what: str, found: Measured) -> None:
    console.print(
        f"{what:<34}{found.pairs_per_second:7.0f} pairs/s   lease {found.lease_ms:6.1f} ms   "
        f"answer {found.answer_ms:6.1f} ms   p99 {found.p99_ms:6.1f} ms   CPU {found.cpu_ms:5.2f} ms a pair",
        soft_wrap=True,
    )


def limit(what: str, value: float, bound: float, *, least: bool = False) -> bool:
    word = "at least" if least else "at most"
    console.print(f"{what:<46}{value:8.2f}   {word} {bound:g}")
    return value >= bound if least else value <= bound


def run(pools: list[int], pairs: int) -> bool:
    """Measure every pool and overlap; returns whether all limits hold."""
    from app.db.session import unit_of_work  # noqa: PLC0415
    from app.demo.client import Client  # noqa: PLC0415
    from app.service import service  # noqa: PLC0415

    good, flat = [], {}
    with service(host="127.0.0.1", port=0, say=console.print) as supervisor:
        with unit_of_work() as work:
            tokens = [person(work.session, number)[1] for number in range(ANNOTATORS)]
        lines = [Line(supervisor.url, token) for token in tokens]
        client, cpu = Client(supervisor.url, tokens[0]), Processes(supervisor.process("api").pid)
        client.call("GET", "/projects")
        good.append(limit("API and PostgreSQL at rest, MiB", cpu.memory_mib(), LIMIT_REST_MIB))
        for pool in pools:
            body = {"name": f"{pool} images", "classes": [{"name": name} for name in CLASSES]}
            project = client.call("POST", "/projects", json=body)["id"]
            client.call("PUT", f"/projects/{project}/members", json={"members": MEMBERS})
            with console.status(f"{pool} images ..."):
                fill(UUID(project), pool)
                vacuum()
            for overlap in (1, 3):
                cycle = open_cycle(project, QUEUED.get(pool, pool // 2), overlap)
                told = [Told() for _ in tokens]
                found = measure(lines, project, pairs, told, cpu)
                show(f"{pool} images, overlap {overlap}, {ANNOTATORS} people", found)
                faults = wrong(cycle, told)
                for fault in sorted(set(faults)):
                    console.print(f"  [red]{fault}[/red] ({faults.count(fault)} times)")
                good.append(not faults)
                flat[pool, overlap] = found.lease_ms + found.answer_ms
                if overlap == 1:
                    few = [Told() for _ in range(CLIENTS)]
                    found = measure(lines[:CLIENTS], project, 10 * pairs, few, cpu)
                    show(f"{pool} images, overlap 1, {CLIENTS} people", found)
                    times = found.pairs_per_second / LABEL_STUDIO_PAIRS
                    good += [
                        limit("  times Label Studio's pairs/s", times, LIMIT_TIMES_LABEL_STUDIO, least=True),
                        limit("  99th percentile, ms", found.p99_ms, LIMIT_P99_MS),
                        limit("  CPU of a pair, ms", found.cpu_ms, LIMIT_CPU_MS),
                    ]
                close_cycle(cycle)
        client.close()
    for overlap in (1, 3):
        if len(pools) > 1:
            ratio = flat[pools[-1], overlap] / flat[pools[0], overlap]
            what = f"median pair, {pools[-1]} to {pools[0]} images, overlap {overlap}"
            good.append(limit(what, ratio, LIMIT_FLAT))
    return all(good)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--pools", default="10000,1000000", help="numbers of images, with commas between")
    parser.add_argument("--pairs", type=int, default=20, help="pairs of each of the 100 annotators")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nb") as folder:
        os.environ["NEXTBATCH_DATA_DIR"] = str(Path(folder))
        sys.exit(0 if run([int(n) for n in asked.pools.split(",")], asked.pairs) else 1)


if __name__ == "__main__":
    main()

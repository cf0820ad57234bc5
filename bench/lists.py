"""What the pages ask for, on pools of 10,000, 100,000 and 1,000,000 images: every list, count and card.

    .venv/bin/python bench/lists.py
    .venv/bin/python bench/lists.py --pools 10000,100000

A tenth of the pool is labelled, by four people within a month, in one cycle that is closed; another one is
open, with 1,000 images; a pretext run has ranked the pool. Prints for each call the milliseconds at the
median on each pool, from the request to the last byte, and what a hundred times the pool costs.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from uuid import UUID

import httpx
from pool import execute, fill, person, vacuum
from rich.console import Console
from rich.table import Table

PEOPLE = 4
CLASSES = [f"class {number}" for number in range(10)]
LIMIT_MS = 30
LIMIT_FLAT = 1.3
# Beside so few milliseconds, a ratio says nothing but noise.
SMALL_MS = 3
# Label Studio 1.23.2 at 100,000 tasks, at the median: its list of tasks, and its list of projects.
LABEL_STUDIO_MS = {"images": 321, "projects": 1128}
console = Console(highlight=False)

# A ranking of the whole pool in ten pool batches, from hardest to easiest.
RANKED = (
    """
    INSERT INTO jobs (id, created_at, project_id, kind, status, params, result, progress, message, said,
        fence, attempts, cancel_requested, started_at, finished_at)
    VALUES (uuidv7(), now(), :project, 'PRETEXT', 'SUCCEEDED', '{}', '{}', 1, '', '{}', 1, 1, false, now(),
        now())
    """,
    """
    INSERT INTO pretext_runs (id, created_at, project_id, job_id, task, "order", pool_batches, seed,
        image_count, history, lower_bounds, finished_at)
    SELECT uuidv7(), now(), :project, id, 'ROTATION', 'DESCENDING', 10, 0, :count, '{}', '{}', now()
    FROM jobs WHERE project_id = :project
    """,
    """
    INSERT INTO pretext_scores (pretext_run_id, image_id, loss, rank, pool_batch)
    SELECT r.id, i.id, 1.0 - (i.n - 1.0) / :count, i.n - 1, 1 + (i.n - 1) * 10 / :count
    FROM (SELECT id, row_number() OVER (ORDER BY sha256 DESC) n FROM images WHERE project_id = :project) i,
        pretext_runs r WHERE r.project_id = :project
    """,
    """
    UPDATE pretext_runs SET batches = (
        SELECT jsonb_object_agg(
            pool_batch::text, jsonb_build_object('size', n, 'lowest', low, 'highest', high))
        FROM (
            SELECT pool_batch, count(*) n, min(loss) low, max(loss) high FROM pretext_scores
            WHERE pretext_run_id = pretext_runs.id GROUP BY pool_batch
        ) b
    ) WHERE project_id = :project
    """,
)
# What four people said of the images of a cycle in the month before, each a label.
ANSWERED = (
    """
    INSERT INTO queue_items (id, created_at, cycle_id, image_id, position, state, slots, audited, holders,
        done_by, score)
    SELECT uuidv7(), now(), :cycle, id, n, CAST(:state AS queueitemstate), 1, false, '{}',
        CASE WHEN CAST(:state AS text) = 'ANSWERED' THEN ARRAY[(:people)[1 + n % :crowd]]
            ELSE '{}'::uuid[] END, n / 1e7
    FROM (
        SELECT id, row_number() OVER (ORDER BY id) - 1 n FROM images
        WHERE project_id = :project ORDER BY id LIMIT :queued OFFSET :skipped
    ) i
    """,
    """
    INSERT INTO assignments (id, created_at, queue_item_id, user_id, state, expires_at, ended_at)
    SELECT uuidv7(), now(), id, done_by[1], 'ANSWERED', now(), now() FROM queue_items
    WHERE cycle_id = :cycle AND state = 'ANSWERED'
    """,
    """
    INSERT INTO annotations (id, created_at, project_id, image_id, assignment_id, user_id, class_id, revision,
        elapsed_ms, flagged)
    SELECT uuidv7(-ago), now() - ago, :project, q.image_id, a.id, a.user_id,
        (:classes)[1 + q.position % 10], 1, 900, q.position % 1000 = 0
    FROM queue_items q JOIN assignments a ON a.queue_item_id = q.id
        CROSS JOIN LATERAL (SELECT interval '30 days' * (1 - q.position::float8 / :queued) ago) t
    WHERE q.cycle_id = :cycle
    """,
    """
    INSERT INTO labels (image_id, project_id, class_id, source, cycle_id, updated_at)
    SELECT image_id, :project, class_id, 'ANNOTATION', :cycle, now() FROM annotations
    WHERE project_id = :project
    ON CONFLICT DO NOTHING
    """,
)


def calls(project: str, run: str, cycle: str, image: str) -> dict[str, str]:
    """What is measured: a name, and a path."""
    here = f"/projects/{project}"
    orders = ("oldest", "newest", "hardest", "easiest", "least_sure", "filename")
    return {
        "projects": "/projects",
        "project": here,
        "images": f"{here}/images",
        **{f"images, {order}": f"{here}/images?order={order}" for order in orders[1:]},
        "images, labelled": f"{here}/images?labelled=true",
        "images, of a class": f"{here}/images?class=class%203",
        "images, of a pool batch": f"{here}/images?pool_batch=7",
        "images, flagged": f"{here}/images?flagged=true",
        "images, near-duplicates": f"{here}/images?near_duplicate=true",
        "images, named": f"{here}/images?filename=99999",
        "images counted": f"{here}/images/count",
        "images counted, labelled": f"{here}/images/count?labelled=true",
        "an image": f"/images/{image}",
        "its history": f"/images/{image}/history",
        "labels": f"{here}/labels",
        "annotations": f"{here}/annotations",
        "queue": f"{here}/queue",
        "cycles": f"{here}/cycles",
        "a cycle": f"/cycles/{cycle}",
        "jobs": f"{here}/jobs",
        "pretext runs": f"{here}/pretext-runs",
        "a pretext run": f"/pretext-runs/{run}",
        "its scores": f"/pretext-runs/{run}/scores",
        "its examples": f"/pretext-runs/{run}/examples",
        "review queue": f"{here}/review-queue",
        "agreement": f"{here}/agreement",
        "suggestion report": f"{here}/suggestion-report",
        "throughput": f"{here}/throughput",
        "session": f"{here}/session",
        "estimate": f"{here}/estimate",
        "members": f"{here}/members",
        "classes": f"{here}/classes",
        "controls": f"{here}/controls",
        "reviews": f"{here}/reviews",
    }


def make(client: httpx.Client, count: int, people: list[UUID]) -> dict[str, str]:
    """A project with so many images, ranked, labelled in part; its calls."""
    from sqlalchemy import func, select, text  # noqa: PLC0415  # like the app, not before the data folder is set

    from app.db import label_counts, learning, projects, tallies  # noqa: PLC0415
    from app.db.models import PretextRun, Project  # noqa: PLC0415
    from app.db.session import unit_of_work  # noqa: PLC0415
    from app.domain.enums import CycleState, JobStatus  # noqa: PLC0415
    from app.domain.plans import plan_named  # noqa: PLC0415
    from app.domain.project_settings import ProjectSettings  # noqa: PLC0415

    body = {"name": f"{count} images", "classes": [{"name": name} for name in CLASSES]}
    made = client.post("/projects", json=body).raise_for_status().json()
    project = UUID(made["id"])
    fill(project, count)
    execute(*RANKED, project=project, count=count)
    with unit_of_work() as work:
        db = work.session
        row = db.get_one(Project, project)
        classes = [one.id for one in projects.classes(db, project)]
        run = db.scalars(select(PretextRun).where(PretextRun.project_id == project)).one()
        for queued, state in ((count // 10, "ANSWERED"), (1000, "OPEN")):
            cycle, job = learning.add_cycle(
                work, project, queued, plan_named("pt4al"), None, settings=ProjectSettings(**row.settings)
            )
            work.jobs_to_send.clear()
            job.status = JobStatus.SUCCEEDED
            cycle.state = CycleState.DONE if state == "ANSWERED" else CycleState.LABELLING
            cycle.queued = queued
            db.flush()
            values = {
                "project": project,
                "cycle": cycle.id,
                "state": state,
                "queued": queued,
                "crowd": PEOPLE,
            }
            values |= {
                "people": people,
                "classes": classes,
                "skipped": 0 if state == "ANSWERED" else count // 10,
            }
            for statement in ANSWERED:
                db.execute(text(statement), values)
            cycle.opened_at = func.now()
            if state == "ANSWERED":
                cycle.opened_at, cycle.closed_at = func.now() - timedelta(days=31), func.now()
                db.flush()
                tallies.keep(db, cycle.id)
                label_counts.add_of_cycle(db, cycle.id)
        image = db.execute(text("SELECT image_id FROM labels WHERE project_id = :p LIMIT 1"), {"p": project})
        found = calls(str(project), str(run.id), str(cycle.id), str(image.scalar()))
        work.commit()
    return found


def median_ms(client: httpx.Client, path: str, times: int) -> float:
    """Milliseconds of one call at the median."""
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        client.get(path).raise_for_status()
        took.append(1000 * (time.perf_counter() - begun))
    return statistics.median(took[1:])


def run(pools: list[int], times: int) -> bool:
    """Measure every call on every pool; returns whether all limits hold."""
    from app.db.session import unit_of_work  # noqa: PLC0415
    from app.service import service  # noqa: PLC0415

    took: dict[str, list[float]] = {}
    with service(host="127.0.0.1", port=0, say=console.print) as supervisor:
        people, token = [], ""
        with unit_of_work() as work:
            for number in range(PEOPLE):
                user, secret = person(work.session, number)
                people.append(user.id)
                token = token or secret  # the administrator's
        client = httpx.Client(
            base_url=f"{supervisor.url}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=120
        )
        paths = []
        for count in pools:
            with console.status(f"{count} images ..."):
                paths.append(make(client, count, people))
                vacuum()
        for found in paths:
            for name, path in found.items():
                took.setdefault(name, []).append(median_ms(client, path, times))
        client.close()
    return show(took, pools)


def show(took: dict[str, list[float]], pools: list[int]) -> bool:
    """Print a table; returns whether all limits hold."""
    table = Table("call", *(f"{count:,}" for count in pools), "times", "Label Studio, 100,000 tasks", "")
    good = True
    for name, values in took.items():
        ratio = values[-1] / values[0]
        fine = values[-1] <= LIMIT_MS and (ratio <= LIMIT_FLAT or values[-1] - values[0] <= SMALL_MS)
        good &= fine
        peer = LABEL_STUDIO_MS.get(name)
        milliseconds = [f"{value:.1f} ms" for value in values]
        table.add_row(
            name,
            *milliseconds,
            f"{ratio:.2f}",
            f"{peer} ms" if peer else "",
            "" if fine else "[red]over[/red]",
        )
    console.print(table)
    console.print(f"At most {LIMIT_MS} ms, and {LIMIT_FLAT} times or {SMALL_MS} ms more on the larger pool.")
    return good


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--pools", default="10000,100000,1000000", help="numbers of images, with commas between"
    )
    parser.add_argument("--times", type=int, default=20, help="calls of each")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nb") as folder:
        os.environ["NEXTBATCH_DATA_DIR"] = folder
        sys.exit(0 if run([int(n) for n in asked.pools.split(",")], asked.times) else 1)


if __name__ == "__main__":
    main()

"""Ranking 1,000,000 losses into pool batches and storing them, beside the forward passes.

    .venv/bin/python bench/storing.py
    .venv/bin/python bench/storing.py --images 200000

Twice: the pool's first ranking, and a second one that replaces it. Prints the seconds of each part.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from uuid import UUID

import numpy as np
from pool import database, fill, person, vacuum
from rich.console import Console

LIMIT_SECONDS = 60
POOL_BATCHES = 10
console = Console(highlight=False)


def store(project: UUID, seed: int) -> float:
    """Rank the pool by losses drawn from a seed; the seconds that it took."""
    from sqlalchemy import func  # noqa: PLC0415  # like the app, not before the data folder is set

    from app.db import images, jobs, rankings  # noqa: PLC0415
    from app.db.models import PretextRun  # noqa: PLC0415
    from app.db.session import unit_of_work  # noqa: PLC0415
    from app.domain.enums import JobKind, PoolOrder, PretextTaskName  # noqa: PLC0415
    from workers.ml.ranking import rank, split_pool  # noqa: PLC0415

    with unit_of_work() as work:
        pool = [image_id for image_id, _ in work.session.execute(images.pool(project))]
        job = jobs.enqueue(work, JobKind.PRETEXT, project, None, {})
        work.jobs_to_send.clear()
        run = PretextRun(
            project_id=project,
            job_id=job.id,
            task=PretextTaskName.ROTATION,
            order=PoolOrder.DESCENDING,
            pool_batches=POOL_BATCHES,
            seed=0,
        )
        work.session.add(run)
        work.session.flush()
        run_id = run.id
    losses = np.random.default_rng(seed).exponential(size=len(pool)).tolist()
    begun = time.perf_counter()
    order = rank(losses, [str(image_id) for image_id in pool])
    batches = [number for number, part in enumerate(split_pool(len(pool), POOL_BATCHES), 1) for _ in part]
    scores = [
        rankings.NewScore(pool[row], losses[row], place, batches[place]) for place, row in enumerate(order)
    ]
    ranked = time.perf_counter()
    with unit_of_work() as work:
        run = work.session.get_one(PretextRun, run_id)
        run.finished_at = func.now()
        rankings.add_scores(work.session, run_id, scores)
    done = time.perf_counter()
    console.print(f"  ranked in {ranked - begun:5.1f} s, stored in {done - ranked:5.1f} s")
    return done - begun


def run(count: int, folder: Path) -> bool:
    """Measure; returns whether the limit holds."""
    from app.db.session import unit_of_work  # noqa: PLC0415
    from app.schemas.projects import ProjectCreate  # noqa: PLC0415
    from app.services import projects  # noqa: PLC0415

    with database(folder):
        with unit_of_work() as work:
            user, _ = person(work.session)
            project = projects.create(work.session, user, ProjectCreate(name="Bench")).id
        with console.status(f"{count:,} images ..."):
            fill(project, count)
            vacuum()
        took = []
        for what, seed in (("first ranking", 0), ("another one", 1)):
            console.print(f"{count:,} images, {what}")
            took.append(store(project, seed))
            vacuum()
    limit = LIMIT_SECONDS * max(1.0, count / 1_000_000)
    console.print(f"In all {' and '.join(f'{seconds:.1f}' for seconds in took)} s, at most {limit:.0f}.")
    return max(took) <= limit


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--images", type=int, default=1_000_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nb") as name:
        os.environ["NEXTBATCH_DATA_DIR"] = name
        sys.exit(0 if run(asked.images, Path(name)) else 1)


if __name__ == "__main__":
    main()

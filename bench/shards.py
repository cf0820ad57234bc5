"""How much sooner a pool is scored when a second worker helps that shares nothing but database and blobs.

    .venv/bin/python bench/shards.py
    .venv/bin/python bench/shards.py --images 100000

Each worker has one thread, so that two of them have a core each. The second one begins with an empty folder
and decodes what it scores; then once more, when it has pixels. Prints the seconds, and how they compare.
"""

import argparse
import io
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np
import structlog
from PIL import Image as Picture
from pool import person
from rich.console import Console

if TYPE_CHECKING:
    from workers.pipelines.shards.scored import Sharded

LIMIT = 1.6  # times as fast; 2 would be all that two workers have
SIDE = 32
console = Console(highlight=False)
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


def fill(count: int) -> tuple[UUID, list[str]]:
    """A project with so many small pictures of noise, and their content hashes."""
    from app.db.models import Image  # noqa: PLC0415  # like the app, not before the data folder is set
    from app.db.session import unit_of_work  # noqa: PLC0415
    from app.domain.enums import Split  # noqa: PLC0415
    from app.schemas.projects import ProjectCreate  # noqa: PLC0415
    from app.services import projects  # noqa: PLC0415
    from app.storage.blobs import blob_store  # noqa: PLC0415

    noise = np.random.default_rng(0)
    shas: list[str] = []
    batch = blob_store().batch()
    with unit_of_work() as work:
        user, _ = person(work.session)
        project = projects.create(work.session, user, ProjectCreate(name="Bench")).id
        for number in range(count):
            buffer = io.BytesIO()
            Picture.fromarray(noise.integers(0, 256, (SIDE, SIDE, 3), np.uint8)).save(buffer, "PNG")
            shas.append(batch.put(buffer.getvalue()))
            work.session.add(
                Image(
                    project_id=project,
                    sha256=shas[-1],
                    filename=f"{number}.png",
                    width=SIDE,
                    height=SIDE,
                    format="PNG",
                    bytes=len(buffer.getvalue()),
                    split=Split.POOL,
                )
            )
        batch.keep()
    return project, shas


def asked(project: UUID, shas: list[str], seed: int) -> "Sharded":
    """A running job that asks a fresh pretext network about all images; each seed is another network."""
    from sqlalchemy import func  # noqa: PLC0415

    from app.db.models import Job  # noqa: PLC0415
    from app.db.session import unit_of_work  # noqa: PLC0415
    from app.domain.enums import JobKind, JobStatus  # noqa: PLC0415
    from workers.ml.backbones import default_backbone  # noqa: PLC0415
    from workers.ml.pretext.registry import PRETEXT_TASKS  # noqa: PLC0415
    from workers.pipelines.claim import Claim  # noqa: PLC0415
    from workers.pipelines.models import keep_pretext_model  # noqa: PLC0415
    from workers.pipelines.shards.asked import NetworkKind  # noqa: PLC0415
    from workers.pipelines.shards.scored import Sharded  # noqa: PLC0415

    with unit_of_work() as work:
        job = Job(project_id=project, kind=JobKind.PRETEXT, status=JobStatus.RUNNING, fence=1)
        job.heartbeat_at = job.sent_at = func.now()
        work.session.add(job)
    model = PRETEXT_TASKS["rotation"].build(default_backbone(SIDE, "cpu"), seed=seed)
    weights = keep_pretext_model("rotation", model, {"pixels": SIDE})
    claim = Claim(job.id, 1, JobKind.PRETEXT, project, {})
    return Sharded(claim, NetworkKind.PRETEXT, weights, shas, claim.stage(0, 1))


def score(what: str, job: "Sharded") -> float:
    """Ask; the seconds that it took."""
    from app.db import shards  # noqa: PLC0415
    from app.db.models import Job  # noqa: PLC0415
    from app.db.session import unit_of_work  # noqa: PLC0415
    from app.domain.enums import JobStatus  # noqa: PLC0415
    from workers.ml.passes import Output  # noqa: PLC0415

    outputs = [Output.PRETEXT_LOSSES, Output.HALF_FEATURES]
    begun = time.perf_counter()
    job.ask(outputs)
    took = time.perf_counter() - begun
    with unit_of_work() as work:
        workers = shards.state(work.session, job.claim.job_id, job.lay_out(outputs).names).workers
        work.session.get_one(Job, job.claim.job_id).status = JobStatus.SUCCEEDED
    console.print(f"  {what}: {took:6.1f} s, {len(job) / took:7,.0f} images/s, {len(workers)} at work")
    return took


@contextmanager
def second_worker(folder: Path, blobs: Path) -> Iterator[None]:
    """Another worker; ready when it has begun to look for work."""
    from app.db import heartbeats  # noqa: PLC0415
    from app.db.session import unit_of_work  # noqa: PLC0415

    environment = os.environ | {"NEXTBATCH_DATA_DIR": str(folder), "NEXTBATCH_BLOB_STORE": str(blobs)}
    command = [sys.executable, "-m", "celery", "-A", "workers.celery_app", "worker"]
    with subprocess.Popen(
        [*command, "-Q", "gpu,cpu", "-c", "1", "-l", "WARNING"], env=environment
    ) as process:
        ready = False
        while not ready:
            time.sleep(0.2)
            with unit_of_work() as work:
                ready = heartbeats.living_workers(work.session) > 0
        yield
        process.terminate()


def run(count: int, folder: Path) -> bool:
    """Measure; returns whether the limit holds."""
    import torch  # noqa: PLC0415

    from app.db.migrate import migrate  # noqa: PLC0415
    from app.embedded import servers  # noqa: PLC0415
    from workers.pipelines.pixels import cached_images  # noqa: PLC0415

    with servers(folder, None, None) as (database_url, redis_url):
        os.environ |= {"NEXTBATCH_DATABASE_URL": database_url, "NEXTBATCH_REDIS_URL": redis_url}
        migrate(database_url)
        torch.set_num_threads(1)
        with console.status(f"{count:,} images ..."):
            project, shas = fill(count)
            cached_images(project, SIDE, shas, lambda *_: None)
        console.print(f"{count:,} images of {SIDE} x {SIDE}, rotation losses and features")
        alone = score("one worker                 ", asked(project, shas, 0))
        with second_worker(folder / "second", folder / "blobs"):
            cold = score("two, the second has nothing", asked(project, shas, 1))
            # As after some cycles, in which it has met every image.
            shutil.copytree(folder / "pixels", folder / "second" / "pixels", dirs_exist_ok=True)
            warm = score("two, it has its pixels     ", asked(project, shas, 2))
        again = score("one worker                 ", asked(project, shas, 3))
    one = (alone + again) / 2
    console.print(
        f"Two are {one / cold:.2f} and {one / warm:.2f} times as fast as one; at least {LIMIT} with pixels."
    )
    return one / warm >= LIMIT


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--images", type=int, default=61_440)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nb") as name:
        os.environ["NEXTBATCH_DATA_DIR"] = name
        os.environ["OMP_NUM_THREADS"] = "1"
        sys.exit(0 if run(given.images, Path(name)) else 1)


if __name__ == "__main__":
    main()

"""How much sooner photos of a bucket are imported when a second worker helps.

    .venv/bin/python bench/shared_imports.py
    .venv/bin/python bench/shared_imports.py --photos 1024

The bucket is one of moto's on this machine. Each worker has one core, and shares it with moto and PostgreSQL;
the second one shares nothing with the first but database and blobs. Photos are those of bench/imports.py.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from imports import SIZE, imported, photos
from pool import person
from rich.console import Console
from shards import second_worker

CORES = sorted(os.sched_getaffinity(0))
SHARD_FILES = 256
PORT = 5017
ADDRESS = "s3://photos/all"
console = Console(highlight=False)


@contextmanager
def bucket(count: int) -> Iterator[None]:
    """So many photos in a bucket."""
    from fsspec import filesystem  # type: ignore[import-untyped]  # noqa: PLC0415

    moto = str(Path(sys.executable).parent / "moto_server")
    command = [moto, "-H", "127.0.0.1", "-p", str(PORT)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        while not _answers():
            time.sleep(0.1)
        store = filesystem("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
        store.mkdir("photos")
        with console.status(f"{count:,} photos ..."):
            for place, data in enumerate(photos(count)):
                store.pipe_file(f"{ADDRESS}/{place}.jpg", data)
        yield
        server.terminate()


def _answers() -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{PORT}/moto-api/").is_success
    except httpx.TransportError:
        return False


@contextmanager
def core(place: int) -> Iterator[None]:
    """Run this thread, and what it starts meanwhile, on one core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {CORES[place]})
    yield
    os.sched_setaffinity(0, before)


def run(count: int, folder: Path) -> None:
    """Measure."""
    from sqlalchemy import select  # noqa: PLC0415  # like the app, not before the data folder is set

    from app.db.migrate import migrate  # noqa: PLC0415
    from app.db.models import JobShard  # noqa: PLC0415
    from app.db.session import unit_of_work  # noqa: PLC0415
    from app.embedded import servers  # noqa: PLC0415
    from app.schemas.projects import ProjectCreate  # noqa: PLC0415
    from app.services import projects  # noqa: PLC0415

    def rate(name: str) -> float:
        with unit_of_work() as work:
            asked = ProjectCreate(name=name, settings={"image_size": SIZE})
            project = projects.create(work.session, user, asked).id
        with core(0):
            found = imported(project, {"address": ADDRESS}, count)
        (folder / "blobs").rename(folder / name)
        with unit_of_work() as work:
            query = select(JobShard.worker).where(JobShard.project_id == project).distinct()
            at_work = len(work.session.scalars(query).all())
        console.print(f"  {name}: {found:6.1f} images/s, {at_work} at work", soft_wrap=True)
        return found

    with bucket(count), servers(folder, None, None) as (database_url, redis_url):
        os.environ |= {"NEXTBATCH_DATABASE_URL": database_url, "NEXTBATCH_REDIS_URL": redis_url}
        migrate(database_url)
        with unit_of_work() as work:
            user, _ = person(work.session)
        console.print(f"{count:,} photos of a bucket")
        alone = rate("one worker")
        with core(1), second_worker(folder / "second", folder / "blobs"):
            together = rate("two workers")
    console.print(f"Two are {together / alone:.2f} times as fast as one.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--photos", type=int, default=512)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nb") as name:
        os.environ |= {
            "NEXTBATCH_DATA_DIR": name,
            "NEXTBATCH_IMPORT_URLS": json.dumps([f"{ADDRESS}/"]),
            "NEXTBATCH_SHARD_IMAGES": str(SHARD_FILES),
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{PORT}",
            "AWS_ACCESS_KEY_ID": "bench",
            "AWS_SECRET_ACCESS_KEY": "bench",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        run(asked.photos, Path(name))


if __name__ == "__main__":
    main()

"""Importing: images a second of the job, beside a bare loop that decodes, resizes and encodes the same files.

    .venv/bin/python bench/imports.py
    .venv/bin/python bench/imports.py --photos 200 --small 3000
    .venv/bin/python bench/imports.py --photos 0 --small 100000

The bare loop keeps nothing: no blob, no row, no pixels. It runs on as many threads, and then processes, as
there are cores; the faster counts. Photos are 1920 x 1080 JPEGs, each of 12 frames of CamVid. Small images
are those of cifar10-15k.zip, 32 px: there it is the files and rows that cost, and no limit is set.
"""

import argparse
import io
import json
import os
import random
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

from PIL import Image
from pool import database, person
from rich.console import Console

DATA = Path(__file__).parents[1].parent / "shared/data"
LIMIT_OF_BARE = 0.8
SIZE = 64  # of training images
console = Console(highlight=False)


def photos(count: int) -> list[bytes]:
    """JPEGs with as much detail as a camera's: 4 x 3 frames each, drawn from a seed."""
    with zipfile.ZipFile(DATA / "camvid-140.zip") as archive:
        names = [one for one in archive.namelist() if one.endswith(".png")]
        pictures = [Image.open(io.BytesIO(archive.read(name))).convert("RGB") for name in names]
    frames = [one for one in pictures if one.size == (480, 360)]
    chance, found = random.Random(0), []
    for _ in range(count):
        mosaic = Image.new("RGB", (1920, 1080))
        for place, frame in enumerate(chance.choices(frames, k=12)):
            mosaic.paste(frame, (place % 4 * 480, place // 4 * 360))
        buffer = io.BytesIO()
        mosaic.save(buffer, "JPEG", quality=90)
        found.append(buffer.getvalue())
    return found


def small(count: int) -> list[bytes]:
    """The images of cifar10-15k.zip, as often as needed, each round with its number behind their end."""
    with zipfile.ZipFile(DATA / "cifar10-15k.zip") as archive:
        names = [one for one in archive.namelist() if one.endswith((".jpg", ".png"))]
        files = [archive.read(one) for one in names[:count]]
    rounds = (number.to_bytes(4, "big") if number else b"" for number in range(1 + count // len(files)))
    return [data + ending for ending in rounds for data in files][:count]


def prepare(data: bytes) -> int:
    """All that has to be computed of one file."""
    from workers.images.decode import decode  # noqa: PLC0415  # like the app, not before the data folder is set
    from workers.images.limits import Limits  # noqa: PLC0415
    from workers.images.renditions import renditions, training_pixels  # noqa: PLC0415

    image = decode(data, Limits(), SIZE).image
    training_pixels(image, SIZE)
    return sum(map(len, renditions(image).values()))


def bare(files: Sequence[bytes], pool: Callable[[int], Executor]) -> float:
    """Images a second of the loop alone."""
    with pool(len(os.sched_getaffinity(0))) as executor:
        list(executor.map(prepare, files[:8]))  # processes start, modules load
        begun = time.perf_counter()
        list(executor.map(prepare, files, chunksize=8))
        return len(files) / (time.perf_counter() - begun)


def lay_out(files: Sequence[bytes], folder: Path, kind: str) -> Path:
    """The files as one zip or as a folder."""
    if kind == "zip":
        with zipfile.ZipFile(folder / "files.zip", "w", zipfile.ZIP_STORED) as archive:
            for place, data in enumerate(files):
                archive.writestr(f"{place % 10}/{place}.jpg", data)
        return folder / "files.zip"
    for place, data in enumerate(files):
        path = folder / "files" / str(place % 10) / f"{place}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder / "files"


def imported(project: UUID, source: Path, count: int) -> float:
    """Images a second of an import job, from its first line to its last."""
    from app.db import jobs  # noqa: PLC0415
    from app.db.models import Job  # noqa: PLC0415
    from app.db.session import unit_of_work  # noqa: PLC0415
    from app.domain.enums import JobKind  # noqa: PLC0415
    from workers.pipelines import ingest  # noqa: PLC0415
    from workers.pipelines.claim import Claim  # noqa: PLC0415

    params = {"files": [{"path": str(source)}], "labels": "ignore"}
    with unit_of_work() as work:
        job = jobs.enqueue(work, JobKind.IMPORT, project, None, params)
        claimed = jobs.claim(work.session, job.id)
        assert claimed is not None
        claim = Claim(job.id, claimed.fence, JobKind.IMPORT, project, params)
        work.jobs_to_send.clear()
        work.commit()
    begun = time.perf_counter()
    ingest.run(claim)
    seconds = time.perf_counter() - begun
    with unit_of_work() as work:
        row = work.session.get_one(Job, claim.job_id)
        if (row.result["imported"], row.result["rejected_count"]) != (count, 0):
            sys.exit(f"The import took {row.result['imported']} of {count} images.")
    return count / seconds


def run(sets: dict[str, list[bytes]], folder: Path) -> bool:
    """Measure; returns whether all limits hold."""
    from app.db.session import unit_of_work  # noqa: PLC0415
    from app.schemas.projects import ProjectCreate  # noqa: PLC0415
    from app.services import projects  # noqa: PLC0415

    good = []
    with database(folder), unit_of_work() as work:
        user, _ = person(work.session)
        work.commit()
        for name, files in sets.items():
            alone = max(bare(files, ThreadPoolExecutor), bare(files, ProcessPoolExecutor))
            console.print(f"{len(files):>7} {name}, bare loop{alone:27.0f} images/s")
            for kind in ("zip", "folder"):
                asked = ProjectCreate(name=f"{name} {kind}", settings={"image_size": SIZE})
                project = projects.create(work.session, user, asked).id
                work.commit()
                place = folder / f"{name} {kind}"
                place.mkdir()
                rate = imported(project, lay_out(files, place, kind), len(files))
                # The same bytes again would find their files there. Nothing is removed before the end: ext4
                # takes ten times as long to make a file where some were removed minutes ago.
                (folder / "blobs").rename(place / "blobs")
                limit = f", at least {LIMIT_OF_BARE:.0%}" if name == "photos" else ""
                good.append(not limit or rate / alone >= LIMIT_OF_BARE)
                told = f"        import of a {kind:<7}{rate:26.0f} images/s, {rate / alone:.0%} of the loop"
                console.print(told + limit, soft_wrap=True)
    return all(good)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--photos", type=int, default=400)
    parser.add_argument("--small", type=int, default=15_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nb") as name:
        os.environ |= {"NEXTBATCH_DATA_DIR": name, "NEXTBATCH_IMPORT_ROOTS": json.dumps([name])}
        sets = {"photos": photos(asked.photos), "small images": small(asked.small)}
        sets = {what: files for what, files in sets.items() if files}
        sys.exit(0 if run(sets, Path(name)) else 1)


if __name__ == "__main__":
    main()

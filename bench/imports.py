"""Importing: images a second of the job, beside a bare loop that decodes, resizes and encodes the same files.

    .venv/bin/python bench/imports.py
    .venv/bin/python bench/imports.py --photos 200 --small 3000
    .venv/bin/python bench/imports.py --photos 0 --small 100000
    .venv/bin/python bench/imports.py --photos 0 --small 10000 --png
    .venv/bin/python bench/imports.py --photos 0 --small 1000000 --from zip

The bare loop keeps nothing: no blob, no row, no pixels. It runs on as many threads, and then processes, as
there are cores; the faster counts. Photos are 1920 x 1080 JPEGs, each of 12 frames of CamVid. Small images
are those of cifar10-15k.zip, 32 px, as JPEG or as PNG. The loop encodes them without loss as Pillow does by
itself; an import does it with less effort, and for a small JPEG not at all, so the loop also runs without.
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
from itertools import repeat
from pathlib import Path
from uuid import UUID

from PIL import Image
from pool import database, person
from rich.console import Console

DATA = Path(__file__).parents[1].parent / "shared/data"
LIMIT_OF_BARE = 0.8
SIZE = 64  # of training images
MOST_LOOPED = 10_000  # the loop keeps nothing, and is no slower later on
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


def small(count: int, png: bool) -> list[bytes]:
    """The images of cifar10-15k.zip, as often as needed, each round with its number behind their end."""
    with zipfile.ZipFile(DATA / "cifar10-15k.zip") as archive:
        names = [one for one in archive.namelist() if one.endswith((".jpg", ".png"))]
        files = [archive.read(one) for one in names[: max(1, count)]]
    files = [as_png(data) for data in files] if png else files
    rounds = (number.to_bytes(4, "big") if number else b"" for number in range(1 + count // len(files)))
    return [data + ending for ending in rounds for data in files][:count]


def as_png(data: bytes) -> bytes:
    buffer = io.BytesIO()
    Image.open(io.BytesIO(data)).save(buffer, "PNG")
    return buffer.getvalue()


def prepare(data: bytes, encodes: bool) -> int:
    """What has to be computed of one file, with or without the pictures for the browser."""
    from app.storage.keys import THUMB_PIXELS  # noqa: PLC0415  # like the app, not before the data folder is set
    from workers.images.decode import decode  # noqa: PLC0415
    from workers.images.limits import Limits  # noqa: PLC0415
    from workers.images.renditions import renditions, training_pixels  # noqa: PLC0415

    image = decode(data, Limits(), SIZE).image
    made = training_pixels(image, SIZE).nbytes
    if not encodes:
        return made
    if max(image.size) > THUMB_PIXELS:
        return made + sum(map(len, renditions(image).values()))
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", lossless=True)
    return made + buffer.tell()


def bare(files: Sequence[bytes], *, encodes: bool = True) -> float:
    """Images a second of the loop alone, on threads or on processes."""
    return max(
        looped(files[:MOST_LOOPED], kind, encodes) for kind in (ThreadPoolExecutor, ProcessPoolExecutor)
    )


def looped(files: Sequence[bytes], pool: Callable[[int], Executor], encodes: bool) -> float:
    """Images a second on one kind of pool."""
    with pool(len(os.sched_getaffinity(0))) as executor:
        list(executor.map(prepare, files[:8], repeat(encodes)))  # processes start, modules load
        begun = time.perf_counter()
        list(executor.map(prepare, files, repeat(encodes), chunksize=8))
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


def imported(project: UUID, source: dict[str, str], count: int) -> float:
    """Images a second of an import job, from its first line to its last; `source` as in its parameters."""
    from app.db import jobs  # noqa: PLC0415
    from app.db.models import Job  # noqa: PLC0415
    from app.db.session import unit_of_work  # noqa: PLC0415
    from app.domain.enums import JobKind  # noqa: PLC0415
    from workers.pipelines import ingest  # noqa: PLC0415
    from workers.pipelines.claim import Claim  # noqa: PLC0415

    params = {"files": [source], "labels": "ignore"}
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


def run(sets: dict[str, list[bytes]], kinds: Sequence[str], folder: Path) -> bool:
    """Measure; returns whether all limits hold."""
    from app.db.session import unit_of_work  # noqa: PLC0415
    from app.schemas.projects import ProjectCreate  # noqa: PLC0415
    from app.services import projects  # noqa: PLC0415

    good = []
    with database(folder), unit_of_work() as work:
        user, _ = person(work.session)
        work.commit()
        for name, files in sets.items():
            alone = bare(files)
            console.print(f"{len(files):>7} {name}, bare loop{alone:27.0f} images/s")
            if name != "photos":
                console.print(f"        without encoding{bare(files, encodes=False):24.0f} images/s")
            for kind in kinds:
                asked = ProjectCreate(name=f"{name} {kind}", settings={"image_size": SIZE})
                project = projects.create(work.session, user, asked).id
                work.commit()
                place = folder / f"{name} {kind}"
                place.mkdir()
                source = {"path": str(lay_out(files, place, kind))}
                rate = imported(project, source, len(files))
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
    parser.add_argument("--png", action="store_true", help="the small ones as PNG, which have thumbs")
    parser.add_argument(
        "--from", dest="kinds", nargs="+", choices=("zip", "folder"), default=["zip", "folder"]
    )
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nb") as name:
        os.environ |= {"NEXTBATCH_DATA_DIR": name, "NEXTBATCH_IMPORT_ROOTS": json.dumps([name])}
        sets = {"photos": photos(asked.photos), "small images": small(asked.small, asked.png)}
        sets = {what: files for what, files in sets.items() if files}
        sys.exit(0 if run(sets, asked.kinds, Path(name)) else 1)


if __name__ == "__main__":
    main()

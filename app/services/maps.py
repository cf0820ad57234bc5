"""Maps of the pool."""

import math
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import jobs, learning, maps, projects
from app.db.models import Job, Map, PretextRun
from app.db.session import UnitOfWork
from app.domain.enums import JobKind
from app.domain.errors import Conflict, NoPretextRun, NotFound
from app.schemas.jobs import JobOut
from app.schemas.maps import MapOut, MapPointsOut
from app.storage.blobs import BlobStore
from app.storage.map_points import Column, MapPoints

LEAST_IMAGES = 10
Found = tuple[Map, Job, PretextRun, int | None]  # the last one is the number of its model's cycle


class MapRunning(Conflict):
    """Another map of the project is being drawn."""

    code = "map_running"


class MapNotDrawn(Conflict):
    """The map has no points yet."""

    code = "map_not_drawn"


class TooFewImages(Conflict):
    """So few images need no map."""

    code = "too_few_images"


def start(work: UnitOfWork, project_id: UUID, user_id: UUID) -> MapOut:
    """Ask for a map of the last pretext run; raises NoPretextRun, TooFewImages, MapRunning."""
    db = work.session
    projects.lock(db, project_id)
    run = learning.latest_run(db, project_id)
    if run is None or run.features_sha256 is None:
        raise NoPretextRun("Start a pretext run first: its features are what a map is made of.")
    if (run.image_count or 0) < LEAST_IMAGES:
        raise TooFewImages(f"A map needs {LEAST_IMAGES} images at least.", least=LEAST_IMAGES)
    if jobs.live(db, project_id, JobKind.MAP):
        raise MapRunning("A map of this project is being drawn.")
    job = jobs.enqueue(work, JobKind.MAP, project_id, user_id, {})
    row = Map(project_id=project_id, job_id=job.id, pretext_run_id=run.id)
    db.add(row)
    db.flush()
    db.refresh(row)
    db.refresh(job)
    return out(db, (row, job, run, None))


def out(db: Session, found: Found) -> MapOut:
    """Return a row of `maps.maps` as the API shows it."""
    return listed(db, found[0].project_id, [found])[0]


def listed(db: Session, project_id: UUID, found: Sequence[Found]) -> list[MapOut]:
    """Return rows of a project's `maps.maps` as the API shows them."""
    newest, model = learning.latest_run(db, project_id), learning.latest_model(db, project_id)
    model_id = model.id if model else None
    return [
        MapOut(
            id=row.id,
            project_id=project_id,
            pretext_run_id=run.id,
            task=run.task,
            images=row.images,
            points=row.points,
            model_cycle=cycle,
            outdated=(newest is not None and newest.id != run.id) or row.model_id != model_id,
            created_at=row.created_at,
            job=JobOut.model_validate(job),
        )
        for row, job, run, cycle in found
    ]


def points(db: Session, store: BlobStore, row: Map) -> MapPointsOut:
    """The points of a map; images that were deleted since are left out. Raises MapNotDrawn, NotFound."""
    if row.points_sha256 is None:
        raise MapNotDrawn("The map is not drawn yet.")
    try:
        kept = MapPoints.from_bytes(store.read(row.points_sha256))
    except FileNotFoundError as error:
        raise NotFound("The points of the map are missing from the store.", map=str(row.id)) from error
    position = {one.id: place for place, one in enumerate(projects.classes(db, row.project_id))}
    now = maps.places(db, row.project_id)
    here = [place for place, image in enumerate(kept.ids) if image in now]
    known = [now[kept.ids[place]] for place in here]
    return MapPointsOut(
        image_ids=[kept.ids[place] for place in here],
        x=_numbers(kept.x, here),
        y=_numbers(kept.y, here),
        loss=_known_numbers(kept.loss, here),
        confidence=_known_numbers(kept.confidence, here),
        classes=[
            None if place.classes is None else [position[one] for one in place.classes if one in position]
            for place in known
        ],
        cycle=[place.cycle for place in known],
    )


def _numbers(column: Column, rows: list[int]) -> list[float]:
    # Four digits are less than a pixel of any screen.
    return [round(float(column[row]), 4) for row in rows]


def _known_numbers(column: Column, rows: list[int]) -> list[float | None]:
    return [None if math.isnan(number) else number for number in _numbers(column, rows)]

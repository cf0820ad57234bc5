"""A map: a pretext run's features in two dimensions, and how sure the last task model is of each image."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import structlog
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor

from app.db import learning, maps
from app.db.models import Model, PretextRun
from app.db.session import unit_of_work
from app.domain.errors import NotFound
from app.storage.blobs import blob_store
from app.storage.map_points import MapPoints
from workers.ml.class_columns import ClassColumns
from workers.ml.device import pick_device, tune
from workers.ml.embedding import flat
from workers.ml.passes import Output
from workers.pipelines.blob_files import stored_file
from workers.pipelines.claim import Claim
from workers.pipelines.models import stored_model
from workers.pipelines.predictor import sureness
from workers.pipelines.shards.asked import NetworkKind
from workers.pipelines.shards.scored import Sharded
from workers.pipelines.timings import Timings

log = structlog.get_logger()

MOST_POINTS = 20_000


@dataclass(frozen=True)
class _Known:
    """What a map is made of; `columns` are the present classes of `model`, by id, if it tells any."""

    run: PretextRun
    features_sha256: str
    earlier: str | None
    losses: dict[UUID, float]
    model: Model | None
    columns: ClassColumns[UUID]


def run(claim: Claim) -> None:
    """Draw the map. Points of an earlier map of the same run stay where they are."""
    known = _read(claim)
    stored = stored_file(known.features_sha256, load_file)
    ids = [UUID(bytes=row.tobytes()) for row in stored["ids"].numpy()]
    rows = sample(ids, MOST_POINTS)
    shown = [ids[row] for row in rows]
    timings = Timings()
    with timings.part("points"):
        points = _points(claim, known, shown, stored["features"][rows])
    with timings.part("confidences"):
        confidence = _confidences(claim, known, shown)
    sha256 = blob_store().put(
        MapPoints.of(
            shown,
            x=points[:, 0],
            y=points[:, 1],
            loss=[known.losses.get(image, math.nan) for image in shown],
            confidence=confidence,
        ).as_bytes()
    )
    log.info(f"{len(shown)} of {len(ids)} images are on the map")
    with claim.finish({"images": len(ids), "points": len(shown), "seconds": timings.seconds}) as work:
        if row := maps.of_job(work.session, claim.job_id):
            row.images, row.points, row.points_sha256 = len(ids), len(shown), sha256
            row.model_id = known.model.id if known.model else None


def sample(ids: Sequence[UUID], most: int) -> list[int]:
    """At most so many rows, in their order: always the same of the same images, whatever their order."""
    if len(ids) <= most:
        return list(range(len(ids)))
    by_chance = sorted(range(len(ids)), key=lambda row: hashlib.md5(ids[row].bytes).digest())  # noqa: S324
    return sorted(by_chance[:most])


def _read(claim: Claim) -> _Known:
    with unit_of_work() as work:
        db = work.session
        row = maps.of_job(db, claim.job_id)
        run = db.get(PretextRun, row.pretext_run_id) if row else None
        if run is None or run.features_sha256 is None:
            raise NotFound("The pretext run of this map is gone, or stored no features.")
        earlier = maps.drawn_of_run(db, run.id)
        model = learning.latest_model(db, claim.project_id)
        told = learning.told_by(db, model) if model else []
        columns = ClassColumns.of([one.id if one else None for one in told])
        return _Known(
            run=run,
            features_sha256=run.features_sha256,
            earlier=earlier.points_sha256 if earlier else None,
            losses=maps.losses(db, run.id),
            model=model if columns.present else None,
            columns=columns,
        )


def _points(claim: Claim, known: _Known, shown: list[UUID], features: Tensor) -> NDArray[np.float32]:
    if known.earlier is not None:
        earlier = MapPoints.from_bytes(blob_store().read(known.earlier))
        if earlier.ids == shown:
            return np.stack([earlier.x, earlier.y], axis=1)
    return flat(features, known.run.seed, claim.stage(0, 0.7))


def _confidences(claim: Claim, known: _Known, shown: list[UUID]) -> list[float]:
    """How sure the last task model is of each image; NaN where there is no model, or the image is gone."""
    if known.model is None:
        return [math.nan] * len(shown)
    model, meta = stored_model(known.model.weights_sha256)
    tune(pick_device())
    with unit_of_work() as work:
        sha_of = maps.shas(work.session, shown)
    present = [image for image in shown if image in sha_of]
    shas = [sha_of[image] for image in present]
    scored = Sharded(claim, NetworkKind.TASK, known.model.weights_sha256, shas, claim.stage(0.7, 0.98))
    plain = scored.ask([Output.PROBS])[Output.PROBS]
    found = dict(zip(present, sureness(plain, model, meta, known.columns).tolist(), strict=True))
    return [found.get(image, math.nan) for image in shown]

"""What a cycle's task model took held-out images for."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.db import images, learning
from app.db.models import Cycle, Model
from app.domain.errors import Conflict, Invalid, NotFound
from app.domain.image_filter import ImageFilter
from app.schemas.base import Page
from app.schemas.predictions import ConfusionOut, PredictionOut
from app.storage.blobs import BlobStore
from app.storage.predictions import Predictions


class NotMeasured(Conflict):
    """The cycle has no task model that was measured on held-out images."""

    code = "not_measured"


class PredictionsNotKept(Conflict):
    """The model is from before predictions were kept."""

    code = "predictions_not_kept"


def confusion(db: Session, cycle: Cycle) -> ConfusionOut:
    """The confusion matrix of a cycle's model; raises NotMeasured if there is none."""
    model = _marked(db, cycle)
    return ConfusionOut(
        cycle_id=cycle.id,
        model_id=model.id,
        split=model.metrics["split"],
        classes=model.classes,
        counts=model.metrics["confusion"],
        kept=model.predictions_sha256 is not None,
    )


def listing(
    db: Session,
    store: BlobStore,
    cycle: Cycle,
    *,
    true: str | None,
    predicted: str | None,
    cursor: str | None,
    limit: int,
) -> Page[PredictionOut]:
    """A page of a model's predictions, the surest first.

    They never change, so the cursor is a place among them. Images that were deleted since are left out.
    Raises NotMeasured, PredictionsNotKept, NotFound if the file is gone, Invalid on an unknown class or
    cursor.
    """
    model, kept = _kept(db, store, cycle)
    rows = _rows(model, kept, true, predicted)
    start = _place(cursor)
    page = rows[start : start + limit]
    found = images.by_content(db, cycle.project_id, [kept.shas[row] for row in page])
    items = [
        PredictionOut(
            image_id=image.id,
            filename=image.filename,
            label=image.label,
            true=model.classes[kept.true[row]],
            predicted=model.classes[kept.predicted[row]],
            confidence=float(kept.confidence[row]),
        )
        for row in page
        if (image := found.get(kept.shas[row]))
    ]
    following = start + limit
    return Page(items=items, next_cursor=str(following) if following < len(rows) else None)


def hashes(db: Session, store: BlobStore, project_id: UUID, wanted: ImageFilter) -> list[str] | None:
    """Content hashes of the images of which a filter tells what a model took them for; None if it does not.

    Raises what `listing` raises.
    """
    if wanted.measured_in is None:
        return None
    cycle = learning.cycle_numbered(db, project_id, wanted.measured_in)
    if cycle is None:
        raise NotFound("There is no such cycle.")
    model, kept = _kept(db, store, cycle)
    return [kept.shas[row] for row in _rows(model, kept, wanted.true, wanted.predicted)]


def _kept(db: Session, store: BlobStore, cycle: Cycle) -> tuple[Model, Predictions]:
    model = _marked(db, cycle)
    if model.predictions_sha256 is None:
        raise PredictionsNotKept("This model is from before predictions were kept.", model=str(model.id))
    try:
        return model, Predictions.from_bytes(store.read(model.predictions_sha256))
    except FileNotFoundError as error:
        raise NotFound("The predictions are missing from the store.", model=str(model.id)) from error


def _rows(model: Model, kept: Predictions, true: str | None, predicted: str | None) -> list[int]:
    return kept.rows(_position(model, true, "true"), _position(model, predicted, "predicted"))


def _marked(db: Session, cycle: Cycle) -> Model:
    model = learning.model_of(db, cycle.id)
    if model is None or "confusion" not in model.metrics:
        raise NotMeasured("This cycle has no task model that was measured on held-out images.")
    return model


def _position(model: Model, name: str | None, field: str) -> int | None:
    if name is None:
        return None
    if name not in model.classes:
        raise Invalid(f"The model knows no class {name!r}.", field=field, why="class_of_no_model", name=name)
    return model.classes.index(name)


def _place(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 10):
        raise Invalid("The cursor is not one that this list gave out.", field="cursor")
    return int(cursor)

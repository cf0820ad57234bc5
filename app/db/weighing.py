"""What the weighing of a cycle's answers reads and writes (label rule `dawid_skene`)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.db.models import Cycle, Image, Label, QueueItem
from app.domain.enums import LabelSource

_ROWS_AT_ONCE = 5000


def reviewed(session: Session, project_id: UUID) -> dict[UUID, UUID]:
    """Return the class of each image that a reviewer has spoken on."""
    query = select(Label.image_id, Label.class_id).where(
        Label.project_id == project_id, Label.source == LabelSource.REVIEW
    )
    return {image_id: class_id for image_id, class_id in session.execute(query) if class_id is not None}


def images_of(session: Session, cycle_id: UUID) -> set[UUID]:
    """Return the images of a cycle's queue."""
    return set(session.scalars(select(QueueItem.image_id).where(QueueItem.cycle_id == cycle_id)))


def accept(session: Session, cycle: Cycle, found: Mapping[UUID, UUID]) -> None:
    """Let images have these classes by their answers; what a reviewer has said stands."""
    now = datetime.now(UTC)
    rows = [
        {
            "image_id": image_id,
            "project_id": cycle.project_id,
            "class_id": class_id,
            "source": LabelSource.ANNOTATION,
            "cycle_id": cycle.id,
            "updated_at": now,
        }
        for image_id, class_id in sorted(found.items())
    ]
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        _put(session, rows[start : start + _ROWS_AT_ONCE])


def _put(session: Session, rows: Sequence[dict[str, object]]) -> None:
    put = insert(Label).values(rows)
    changed = {name: put.excluded[name] for name in ("class_id", "source", "cycle_id", "updated_at")}
    differs = Label.class_id.is_distinct_from(put.excluded.class_id)
    session.execute(
        put.on_conflict_do_update(
            index_elements=[Label.image_id],
            set_=changed,
            where=differs & (Label.source != LabelSource.REVIEW),
        )
    )
    images = Image.id.in_([row["image_id"] for row in rows])
    session.execute(update(Image).where(images, Image.unsettled).values(unsettled=False))

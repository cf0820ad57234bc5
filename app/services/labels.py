"""How answers become labels. A reviewer's word stands under every rule."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, false, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.db import votes
from app.db.models import Assignment, Cycle, Image, Label, QueueItem, Review
from app.domain.enums import LabelRule, LabelSource, QueueItemState
from app.domain.overlap import decided


def alone(cycle: Cycle, item: QueueItem, assignment: Assignment) -> bool:
    """Tell whether one answer decides, with no need to look at others."""
    sent_back = assignment.comment is not None  # it may be an image that others answered, cycles ago
    return item.slots == 1 and cycle.label_rule is LabelRule.MAJORITY and not sent_back


def derive(db: Session, cycle: Cycle, item: QueueItem) -> None:
    """Let the label of a locked item's image follow from the answers so far; end the item if all are in."""
    said = votes.of_image(db, item.image_id)
    if len(item.done_by) == item.slots:
        item.state = QueueItemState.ANSWERED if said else QueueItemState.SKIPPED
    class_id = decided(said, cycle.label_rule)
    if class_id is not None:
        accept(db, cycle, item.image_id, class_id)
    else:
        answered = (Label.image_id == item.image_id, Label.source == LabelSource.ANNOTATION)
        db.execute(delete(Label).where(*answered))
    unlabelled = ~exists().where(Label.image_id == Image.id)
    mark = unlabelled if said else false()
    db.execute(update(Image).where(Image.id == item.image_id, Image.unsettled != mark).values(unsettled=mark))


def accept(db: Session, cycle: Cycle, image_id: UUID, class_id: UUID) -> None:
    """Let an image have a class by its answers."""
    # A reviewer's word stands: a later answer is kept, and changes nothing.
    unreviewed = Label.source != LabelSource.REVIEW
    accepted = {"class_id": class_id, "source": LabelSource.ANNOTATION, "cycle_id": cycle.id}
    _put(db, {"image_id": image_id, "project_id": cycle.project_id}, accepted, unreviewed)


def accept_review(db: Session, said: Review) -> None:
    """Let an image have the class that a reviewer gave it."""
    accepted = {"class_id": said.class_id, "source": LabelSource.REVIEW}
    _put(db, {"image_id": said.image_id, "project_id": said.project_id}, accepted, true())
    db.execute(update(Image).where(Image.id == said.image_id, Image.unsettled).values(unsettled=False))


def _put(db: Session, of: dict[str, UUID], accepted: dict[str, Any], where: ColumnElement[bool]) -> None:
    accepted = accepted | {"updated_at": datetime.now(UTC)}
    row = insert(Label).values(**of, **accepted)
    db.execute(row.on_conflict_do_update(index_elements=[Label.image_id], set_=accepted, where=where))

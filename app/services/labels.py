"""How answers become labels. A reviewer's word stands under every rule."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, false, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.db import classes, queue, votes
from app.db.class_sets import OneOrSet, stored
from app.db.models import Assignment, Cycle, Image, Label, MergedLabel, QueueItem, Review
from app.db.session import UnitOfWork
from app.domain.enums import LabelRule, LabelSource, QueueItemState
from app.domain.overlap import decided, decided_set


def alone(cycle: Cycle, item: QueueItem, assignment: Assignment) -> bool:
    """Tell whether one answer decides, with no need to look at others."""
    sent_back = assignment.comment is not None  # it may be an image that others answered, cycles ago
    return item.slots == 1 and cycle.label_rule is not LabelRule.REVIEWER and not sent_back


def derive(db: Session, cycle: Cycle, item: QueueItem) -> None:
    """Let the label of a locked item's image follow from the answers so far; end the item if all are in.

    What became of an item of a closed cycle stands, and is counted: later answers are other cycles'.
    """
    said = votes.of_image(db, item.image_id)
    if cycle.closed_at is None and len(item.done_by) == item.slots:
        item.state = QueueItemState.ANSWERED if said else QueueItemState.SKIPPED
    result, merges = _decision(db, said, cycle.label_rule)
    if result is not None:
        accept(db, cycle, item.image_id, result, merges)
    else:
        answered = (Label.image_id == item.image_id, Label.source == LabelSource.ANNOTATION)
        db.execute(delete(Label).where(*answered))
    unlabelled = ~exists().where(Label.image_id == Image.id)
    mark = unlabelled if said else false()
    db.execute(update(Image).where(Image.id == item.image_id, Image.unsettled != mark).values(unsettled=mark))


def _decision(
    db: Session, said: Sequence[OneOrSet], rule: LabelRule
) -> tuple[OneOrSet | None, Sequence[UUID]]:
    """What answers come to, and the merges that a single answer went through."""
    one = [answer for answer in said if isinstance(answer, UUID)]
    sets = [answer for answer in said if not isinstance(answer, UUID)]
    named = {class_id for answer in sets for class_id in answer}.union(one)
    became = {class_id: classes.path_of(db, class_id) for class_id in sorted(named)}
    if one:
        counted = [path[-1] for path, _, removed in map(became.__getitem__, one) if not removed]
        return decided(counted, rule), became[one[0]][1] if len(one) == 1 else []
    if len(sets) == 1 and rule is not LabelRule.REVIEWER:
        return sets[0], []  # as it was said: a merge that is undone leaves nothing to give back
    present = [{became[key][0][-1] for key in answer if not became[key][2]} for answer in sets]
    result = decided_set(present, rule)
    return None if result is None else sorted(result), []


def settle_again(work: UnitOfWork, project_id: UUID, class_ids: Sequence[UUID]) -> None:
    """Let labels follow anew where several people answered, after what counts as these classes has changed.

    A transaction for each image, after that of the change: answers lock an image before its class, a merge
    locks classes first.
    """
    for item_id in votes.several(work.session, project_id, class_ids):
        found = queue.locked_with_cycle(work.session, item_id)
        if found is not None and not _weighed(work.session, *found):
            item, cycle = found
            derive(work.session, cycle, item)
        work.commit()


def _weighed(db: Session, item: QueueItem, cycle: Cycle) -> bool:
    """Tell whether the label was worked out from all answers at once: one image's alone do not tell it again.

    Such a label has followed the change like any other.
    """
    if cycle.label_rule is not LabelRule.DAWID_SKENE or cycle.closed_at is None:
        return False
    return db.get(Label, item.image_id) is not None


def accept(db: Session, cycle: Cycle, image_id: UUID, answer: OneOrSet, merges: Sequence[UUID]) -> None:
    """Let an image have a class, or a set, by its answers; merges that are undone give it back, too."""
    # A reviewer's word stands: a later answer is kept, and changes nothing.
    unreviewed = Label.source != LabelSource.REVIEW
    accepted = stored(answer) | {"source": LabelSource.ANNOTATION, "cycle_id": cycle.id}
    at = _put(db, {"image_id": image_id, "project_id": cycle.project_id}, accepted, unreviewed)
    for merge in merges if at else []:
        kept = insert(MergedLabel).values(change_id=merge, image_id=image_id, updated_at=at)
        key = ["change_id", "image_id"]
        db.execute(kept.on_conflict_do_update(index_elements=key, set_={"updated_at": at}))


def accept_review(db: Session, said: Review) -> None:
    """Let an image have the class, or the set of them, that a reviewer gave it."""
    accepted = {"class_id": said.class_id, "class_ids": said.class_ids, "source": LabelSource.REVIEW}
    _put(db, {"image_id": said.image_id, "project_id": said.project_id}, accepted, true())
    db.execute(update(Image).where(Image.id == said.image_id, Image.unsettled).values(unsettled=False))


def _put(
    db: Session, of: dict[str, UUID], accepted: dict[str, Any], where: ColumnElement[bool]
) -> datetime | None:
    """Write a label; returns its time, or None where the one that is there stands."""
    accepted = accepted | {"updated_at": datetime.now(UTC)}
    row = insert(Label).values(**of, **accepted)
    put = row.on_conflict_do_update(index_elements=[Label.image_id], set_=accepted, where=where)
    return db.scalar(put.returning(Label.updated_at))

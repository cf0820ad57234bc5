"""All that happened to one image, in one list."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import accounts, controls, history, reviews
from app.db.class_sets import ClassSets
from app.db.models import Image, Review
from app.schemas.review_queue import HistoryEvent, HistoryOut


def of_image(db: Session, image_id: UUID) -> HistoryOut:
    """Tell who said what, when and how long it took, what models suggested, and what reviewers did."""
    # Skips of databases older than their times come first.
    first = datetime.min.replace(tzinfo=UTC)
    sets = ClassSets(db, db.get_one(Image, image_id).project_id)
    found = [
        *_queued(db, image_id, sets),
        *_said(db, image_id, sets),
        *_controlled(db, image_id, sets),
        *_reviewed(db, image_id, sets),
    ]
    return HistoryOut(items=sorted(found, key=lambda event: event.at or first))


def _queued(db: Session, image_id: UUID, sets: ClassSets) -> Iterator[HistoryEvent]:
    for item, cycle, suggested, model_id in history.queued(db, image_id):
        yield HistoryEvent(
            kind="queued",
            at=item.created_at,
            cycle=cycle.number,
            class_name=suggested,
            classes=sets.said(item.suggested_class_ids),
            confidence=item.score,
            model_id=model_id if suggested or item.suggested_class_ids is not None else None,
        )


def _said(db: Session, image_id: UUID, sets: ClassSets) -> Iterator[HistoryEvent]:
    for answer, name, class_name, cycle, shown in history.answers(db, image_id):
        yield HistoryEvent(
            kind="answer",
            at=answer.created_at,
            user_id=answer.user_id,
            name=name,
            cycle=cycle,
            class_name=class_name,
            classes=sets.said(answer.class_ids),
            suggestion=shown,
            revision=answer.revision,
            elapsed_ms=answer.elapsed_ms,
            note=answer.note,
            flagged=answer.flagged,
            retracted_at=answer.retracted_at,
        )
    for skip, name, cycle in history.skips(db, image_id):
        yield HistoryEvent(
            kind="skip", at=skip.ended_at, user_id=skip.user_id, name=name, cycle=cycle, note=skip.reason
        )


def _controlled(db: Session, image_id: UUID, sets: ClassSets) -> Iterator[HistoryEvent]:
    """What people said where it was a control image to them."""
    found = controls.of_image(db, image_id)
    names = accounts.names(db, [assignment.user_id for assignment, *_ in found])
    skipped = set()
    for assignment, answer, class_name, cycle in found:
        of: dict[str, Any] = {
            "user_id": assignment.user_id,
            "name": names[assignment.user_id],
            "cycle": cycle,
            "control": True,
        }
        if answer is not None:
            yield HistoryEvent(
                kind="answer",
                at=answer.created_at,
                class_name=class_name,
                classes=sets.said(answer.class_ids),
                suggestion=assignment.suggestion,
                revision=answer.revision,
                elapsed_ms=answer.elapsed_ms,
                note=answer.note,
                flagged=answer.flagged,
                retracted_at=answer.retracted_at,
                **of,
            )
        if assignment.reason is not None and assignment.id not in skipped:
            skipped.add(assignment.id)
            yield HistoryEvent(kind="skip", at=assignment.ended_at, note=assignment.reason, **of)


def _reviewed(db: Session, image_id: UUID, sets: ClassSets) -> Iterator[HistoryEvent]:
    found = db.execute(reviews.reviews(Review.image_id == image_id)).all()
    names = accounts.names(db, [review.user_id for review, *_ in found])
    for review, class_name, previous in found:
        yield HistoryEvent(
            kind="review",
            at=review.created_at,
            user_id=review.user_id,
            name=names[review.user_id],
            class_name=class_name,
            classes=sets.said(review.class_ids),
            previous=previous,
            previous_classes=sets.said(review.previous_class_ids),
            previous_source=review.previous_source,
        )
    for sent, name, to in history.returns(db, image_id):
        yield HistoryEvent(
            kind="return", at=sent.created_at, user_id=sent.user_id, name=name, to=to, note=sent.comment
        )

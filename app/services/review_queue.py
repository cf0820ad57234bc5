"""The reviewer's queue: what people disagree on, doubt or skip, the hardest first."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import rankings, review_queue
from app.db.class_sets import ClassSets
from app.db.models import Annotation, Assignment, Image
from app.domain.enums import AssignmentState, ReviewReason
from app.schemas.images import ImageOut
from app.schemas.review_queue import ReviewItem, SaidOut


def items(db: Session, project_id: UUID, rows: Sequence[Sequence[Any]]) -> list[ReviewItem]:
    """Return rows of `review_queue.to_review` as the API shows them, with all that people said."""
    ids = [row[0].id for row in rows]
    sets = ClassSets(db, project_id)
    said: dict[UUID, list[SaidOut]] = {image_id: [] for image_id in ids}
    for image_id, assignment, last, name, class_name, counts in review_queue.said_about(db, ids):
        said[image_id].append(_said(assignment, last, name, (class_name, sets), counts=counts))
    labels = review_queue.present_labels(db, ids)
    placed = rankings.placed(db, project_id, ids)
    return [
        ReviewItem(
            image=_image(row[0], placed.get(row[0].id), labels.get(row[0].id), sets),
            reasons=_reasons(*row[:5]),
            hardness=row[6],
            suggested=row[5],
            answers=sorted(said[row[0].id], key=lambda one: one.assignment_id),
        )
        for row in rows
    ]


def _image(
    row: Image,
    placed: rankings.Placed | None,
    label: tuple[str | None, list[UUID] | None] | None,
    sets: ClassSets,
) -> ImageOut:
    name, ids = label or (None, None)
    return ImageOut.of(row, placed, name, sets.names(ids))


def _reasons(
    image: Image, against: float | None, flagged: bool, skips: int, score: float | None
) -> list[ReviewReason]:
    speaking = {
        ReviewReason.UNSETTLED: image.unsettled,
        ReviewReason.DISAGREEMENT: bool(against),
        ReviewReason.FLAGGED: flagged,
        ReviewReason.SUSPECT: score is not None,
        ReviewReason.SKIPPED: skips > 0,
    }
    return [reason for reason, speaks in speaking.items() if speaks]


def _said(
    assignment: Assignment,
    last: Annotation | None,
    name: str,
    of_class: tuple[str | None, ClassSets],
    *,
    counts: bool,
) -> SaidOut:
    class_name, sets = of_class
    answer = last if assignment.state is AssignmentState.ANSWERED else None
    return SaidOut(
        user_id=assignment.user_id,
        name=name,
        assignment_id=assignment.id,
        class_name=class_name if answer else None,
        classes=sets.said(answer.class_ids) if answer else None,
        skipped=assignment.reason,
        note=answer.note if answer else None,
        flagged=bool(answer and answer.flagged),
        elapsed_ms=answer.elapsed_ms if answer else None,
        said_at=answer.created_at if answer else assignment.ended_at,
        counts=counts,
    )

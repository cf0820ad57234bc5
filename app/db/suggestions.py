"""What people said of images for which the model had a suggestion."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import any_, case, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from app.db import classes
from app.db.models import Annotation, Assignment, Cycle, QueueItem
from app.domain.enums import AssignmentState, Shown


class Said(NamedTuple):
    """One person's last word on one image, beside the model's."""

    shown: Shown
    confidence: float
    agreed: bool
    elapsed_ms: int | None


def said(session: Session, project_id: UUID) -> Sequence[Said]:
    """Return the counted answers for images with a suggestion, of people who were to see one or not to.

    Classes that were merged since count as what they became; sets agree if they are equal.
    """
    ends = classes.ends(project_id)
    suggested, answered = aliased(ends), aliased(ends)
    alike = suggested.c.present == answered.c.present
    is_set = QueueItem.suggested_class_ids.isnot(None) & Annotation.class_ids.isnot(None)
    query = (
        select(
            Assignment.suggestion,
            QueueItem.score,
            case((is_set, QueueItem.suggested_class_ids == Annotation.class_ids), else_=alike),
            Annotation.elapsed_ms,
        )
        .join(QueueItem, QueueItem.id == Assignment.queue_item_id)
        .join(Cycle, Cycle.id == QueueItem.cycle_id)
        .join(Annotation, Annotation.assignment_id == Assignment.id)
        .outerjoin(suggested, suggested.c.said == QueueItem.suggested_class_id)
        .outerjoin(answered, answered.c.said == Annotation.class_id)
        .where(
            Cycle.project_id == project_id,
            Assignment.suggestion.isnot(None),
            Assignment.state == AssignmentState.ANSWERED,
            Assignment.user_id == any_(QueueItem.done_by),
            Annotation.retracted_at.is_(None),
            or_(is_set, alike.isnot(None)),
        )
        .ext(distinct_on(Assignment.id))
        .order_by(Assignment.id, Annotation.revision.desc())
    )
    rows = session.execute(query)
    return [
        Said(shown, score, agreed, ms) for shown, score, agreed, ms in rows if shown and score is not None
    ]

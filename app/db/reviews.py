"""Reviews of labels, label checks and their suspects."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from app.db.models import Assignment, Class, Image, Job, Label, LabelCheck, QueueItem, Review, Suspect, User
from app.domain.enums import AssignmentState, LabelSource

_ROWS_AT_ONCE = 5000
Suggested = aliased(Class)
Previous = aliased(Class)


def checks(project_id: UUID) -> Select[LabelCheck, Job]:
    """Select a project's label checks with their jobs."""
    return (
        select(LabelCheck, Job)
        .join(Job, Job.id == LabelCheck.job_id)
        .where(LabelCheck.project_id == project_id)
    )


def suspect_counts(session: Session, check_ids: Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    """Count each check's suspects, and those of them that are settled."""
    query = (
        select(Suspect.label_check_id, func.count(), func.count(Suspect.review_id))
        .where(Suspect.label_check_id.in_(check_ids))
        .group_by(Suspect.label_check_id)
    )
    return {check: (count, settled) for check, count, settled in session.execute(query)}


def suspects(
    check_id: UUID, *, settled: bool | None
) -> Select[Suspect, Image, str, str, str | None, Review | None, str | None]:
    """Select a check's suspects with image, given and suggested class, present label, review and reviewer."""
    present = aliased(Class)
    query = (
        select(Suspect, Image, Class.name, Suggested.name, present.name, Review, User.name)
        .join(Image, Image.id == Suspect.image_id)
        .join(Class, Class.id == Suspect.class_id)
        .join(Suggested, Suggested.id == Suspect.suggested_class_id)
        .outerjoin(Label, Label.image_id == Suspect.image_id)
        .outerjoin(present, present.id == Label.class_id)
        .outerjoin(Review, Review.id == Suspect.review_id)
        .outerjoin(User, User.id == Review.user_id)
        .where(Suspect.label_check_id == check_id)
    )
    if settled is None:
        return query
    return query.where(Suspect.review_id.isnot(None) if settled else Suspect.review_id.is_(None))


def reviews(*where: ColumnElement[bool]) -> Select[Review, str | None, str | None]:
    """Select reviews with the names of the class they gave and of the one before; sets have none."""
    return (
        select(Review, Class.name, Previous.name)
        .outerjoin(Class, Class.id == Review.class_id)
        .outerjoin(Previous, Previous.id == Review.previous_class_id)
        .where(*where)
    )


def lock_label(session: Session, project_id: UUID, image_id: UUID) -> Label | None:
    """Return an image's label under its row's lock."""
    query = select(Label).where(Label.image_id == image_id, Label.project_id == project_id)
    return session.scalar(query.with_for_update(), execution_options={"populate_existing": True})


def last_asked(session: Session, image_id: UUID) -> UUID | None:
    """Return who answered for an image, or skipped it, last."""
    said = or_(Assignment.state == AssignmentState.ANSWERED, Assignment.reason.isnot(None))
    query = (
        select(Assignment.user_id)
        .join(QueueItem, QueueItem.id == Assignment.queue_item_id)
        .where(QueueItem.image_id == image_id, said)
        .order_by(Assignment.ended_at.desc().nulls_last(), Assignment.id.desc())
    )
    return session.scalar(query.limit(1))


def settle(session: Session, review: Review) -> None:
    """Let a review settle whatever checks suspected of its image."""
    session.execute(update(Suspect).where(Suspect.image_id == review.image_id).values(review_id=review.id))


def check_of_job(session: Session, job_id: UUID) -> LabelCheck | None:
    """Return the label check that waits for a job."""
    return session.scalar(select(LabelCheck).where(LabelCheck.job_id == job_id))


def open_labels(session: Session, project_id: UUID) -> dict[UUID, UUID]:
    """Return the class of each labelled image that no reviewer has spoken on, locked against change."""
    query = select(Label.image_id, Label.class_id).where(
        Label.project_id == project_id, Label.source != LabelSource.REVIEW
    )
    rows = session.execute(query.with_for_update(read=True))
    return {image_id: class_id for image_id, class_id in rows if class_id is not None}


def add_suspects(session: Session, rows: Sequence[dict[str, object]]) -> None:
    """Write a check's suspects."""
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        session.execute(insert(Suspect), rows[start : start + _ROWS_AT_ONCE])

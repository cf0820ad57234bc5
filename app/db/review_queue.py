"""The images that a reviewer should look at, and all that people said about them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, any_, case, func, literal, or_, select, union
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.db import classes, votes
from app.db.models import (
    Annotation,
    Assignment,
    Class,
    Cycle,
    Image,
    Label,
    LabelCheck,
    QueueItem,
    Suspect,
    User,
)
from app.domain.enums import AssignmentState, CycleState, LabelSource, QueueItemState

SKIPPED = (Assignment.state == AssignmentState.RELEASED) & Assignment.reason.isnot(None)


def to_review(project_id: UUID) -> tuple[Select[*tuple[Any, ...]], ColumnElement[float]]:
    """Select images with what speaks for a review, and how much: the second one returned orders them.

    A row holds image, share of answers against the leading class (null: nobody answered), flagged, skips,
    suspect's score and suggested class. Images on which a reviewer has spoken, or that still wait for
    answers, are left out.
    """
    said, skips, suspect = _votes(project_id), _skips(project_id), _suspects(project_id)
    # From what speaks for a review to the images: the pool is not looked through.
    unsettled = select(Image.id).where(Image.project_id == project_id, Image.unsettled)
    some = union(unsettled, *(select(one.c.image_id) for one in (said, skips, suspect))).subquery()
    against = 1 - said.c.top / said.c.total
    flagged = func.coalesce(said.c.flagged, False)  # SQL's coalesce
    skipped = func.coalesce(skips.c.count, 0)
    hardness = (
        case((Image.unsettled, 4.0), (against > 0, 2.0), else_=0.0)
        + func.coalesce(against, 0.0)
        + case((flagged, 1.0), else_=0.0)
        + func.coalesce(1 - suspect.c.score, 0.0)
        + case((skipped > 0, 0.5), else_=0.0)
    )
    waits = (
        select(QueueItem.id)
        .join(Cycle, Cycle.id == QueueItem.cycle_id)
        .where(QueueItem.image_id == Image.id, QueueItem.state == QueueItemState.OPEN)
        .where(Cycle.state == CycleState.LABELLING)
        .exists()
    )
    reviewed = (
        select(Label.image_id).where(Label.image_id == Image.id, Label.source == LabelSource.REVIEW).exists()
    )
    query = (
        select(Image, against, flagged, skipped, suspect.c.score, suspect.c.suggested)
        .outerjoin(said, said.c.image_id == Image.id)
        .outerjoin(skips, skips.c.image_id == Image.id)
        .outerjoin(suspect, suspect.c.image_id == Image.id)
        .where(Image.project_id == project_id, Image.id.in_(select(some.c.id)))
        .where(hardness > 0, ~waits, ~reviewed)
    )
    return query, hardness


def _votes(project_id: UUID) -> Any:
    """By image: its answers, those for the leading class, and whether one is flagged.

    Only of images that several people answered, or that one has flagged: others give no reason to look.
    """
    flagged = select(Annotation.image_id).where(Annotation.project_id == project_id, Annotation.flagged)
    # One set of images, and nothing of the project: else all its answers are read, and looked up in two sets.
    answers = votes.counted(Annotation.image_id.in_(union(votes.by_several(project_id), flagged)))
    one, ends = answers.subquery(), classes.ends(project_id)
    by_class = (
        select(one.c.image_id, func.count().label("count"), func.bool_or(one.c.flagged).label("flagged"))
        .outerjoin(ends, ends.c.said == one.c.class_id)
        .group_by(one.c.image_id, ends.c.present, one.c.class_ids)
        .subquery()
    )
    top = func.max(by_class.c.count)
    return (
        select(
            by_class.c.image_id,
            (func.sum(by_class.c.count) * literal(1.0)).label("total"),
            top.label("top"),
            func.bool_or(by_class.c.flagged).label("flagged"),
        )
        .group_by(by_class.c.image_id)
        .cte("found_votes")
    )


def _skips(project_id: UUID) -> Any:
    """By image: skips, but for those of earlier cycles than the one that labelled it."""
    return (
        select(QueueItem.image_id, func.count().label("count"))
        .join(Assignment, Assignment.queue_item_id == QueueItem.id)
        .join(Cycle, Cycle.id == QueueItem.cycle_id)
        .outerjoin(Label, Label.image_id == QueueItem.image_id)
        .where(Cycle.project_id == project_id, SKIPPED)
        .where(QueueItem.image_id.in_(votes.by_several(project_id)))
        .where(or_(Label.image_id.is_(None), Label.cycle_id == QueueItem.cycle_id))
        .group_by(QueueItem.image_id)
        .cte("found_skips")
    )


def _suspects(project_id: UUID) -> Any:
    """Open suspects of the last label check."""
    last = (
        select(LabelCheck.id)
        .where(LabelCheck.project_id == project_id, LabelCheck.checked.isnot(None))
        .order_by(LabelCheck.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(Suspect.image_id, Suspect.score, Class.name.label("suggested"))
        .join(Class, Class.id == Suspect.suggested_class_id)
        .where(Suspect.label_check_id == last, Suspect.review_id.is_(None))
        .cte("found_suspects")
    )


def said_about(
    session: Session, image_ids: Sequence[UUID]
) -> Sequence[Row[UUID, Assignment, Annotation | None, str, str | None, bool]]:
    """Return everybody's last word on images: image, assignment, answer, person, class, does it count."""
    query = (
        select(
            QueueItem.image_id,
            Assignment,
            Annotation,
            User.name,
            Class.name,
            Assignment.user_id == any_(QueueItem.done_by),
        )
        .join(QueueItem, QueueItem.id == Assignment.queue_item_id)
        .join(User, User.id == Assignment.user_id)
        .outerjoin(Annotation, Annotation.assignment_id == Assignment.id)
        .outerjoin(Class, Class.id == Annotation.class_id)
        .where(QueueItem.image_id.in_(image_ids))
        .where(or_(Assignment.state == AssignmentState.ANSWERED, SKIPPED))
        .ext(distinct_on(QueueItem.image_id, Assignment.user_id))
        .order_by(
            QueueItem.image_id,
            Assignment.user_id,
            Assignment.id.desc(),
            Annotation.revision.desc(),
        )
    )
    return session.execute(query).all()


def present_labels(
    session: Session, image_ids: Sequence[UUID]
) -> dict[UUID, tuple[str | None, list[UUID] | None]]:
    """Return the names of images' accepted classes, or the ids of several."""
    query = select(Label.image_id, Class.name, Label.class_ids).outerjoin(Class, Class.id == Label.class_id)
    rows = session.execute(query.where(Label.image_id.in_(image_ids)))
    return {image_id: (name, ids) for image_id, name, ids in rows}

"""The answers that count, one a person: the newest of theirs that was not taken back."""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, Select, Uuid, any_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.db import classes
from app.db.class_sets import OneOrSet, answer_of
from app.db.models import Annotation, Assignment, Cycle, QueueItem, Return
from app.domain.enums import AssignmentState


def counted(*where: Any) -> Select[Annotation]:
    """Select the counted answers under conditions on image or project.

    Those for which there was no slot any more are kept, and do not count.
    """
    return (
        select(Annotation)
        .join(Assignment, Assignment.id == Annotation.assignment_id)
        .join(QueueItem, QueueItem.id == Assignment.queue_item_id)
        .where(
            *where,
            Annotation.retracted_at.is_(None),
            Assignment.state == AssignmentState.ANSWERED,
            Assignment.user_id == any_(QueueItem.done_by),
        )
        .ext(distinct_on(Annotation.image_id, Annotation.user_id))
        .order_by(
            Annotation.image_id,
            Annotation.user_id,
            Assignment.id.desc(),
            Annotation.revision.desc(),
        )
    )


def by_several(project_id: UUID | ColumnElement[UUID]) -> CompoundSelect[UUID]:
    """Select the images that several people may have answered: also those that were skipped or sent back.

    No others are asked for again once somebody answered. Where one person answers for each image, there are
    none, and no answer is looked at.
    """
    of_queue = select(QueueItem.image_id).join(Cycle, Cycle.id == QueueItem.cycle_id)
    sent_back = select(Return.image_id).where(Return.project_id == project_id)
    return of_queue.where(Cycle.project_id == project_id, QueueItem.telling).union(sent_back)


def of_image(session: Session, image_id: UUID) -> list[OneOrSet]:
    """Return the classes, or sets of them, that people gave an image, as they said it."""
    return [answer_of(row) for row in session.scalars(counted(Annotation.image_id == image_id))]


def compared(
    session: Session, project_id: UUID
) -> Sequence[tuple[UUID, UUID, UUID | None, list[UUID] | None]]:
    """Return image, person and class of every counted answer for images that two people answered at least.

    A class that was merged is what it has become; answers for a removed one are left out. Where images may
    show several classes the last one is the set of them, as it was said, in place of the class.
    """
    return session.execute(_compared(), {"project": project_id}).all()


@cache  # put together once: that takes longer than to find that there are none
def _compared() -> Select[UUID, UUID, UUID | None, list[UUID] | None]:
    project = bindparam("project", type_=Uuid)
    found, ends = counted(Annotation.image_id.in_(by_several(project))).subquery(), classes.ends(project)
    several = func.count().over(partition_by=found.c.image_id).label("several")
    rows = (
        select(found.c.image_id, found.c.user_id, ends.c.present, found.c.class_ids, several)
        .outerjoin(ends, ends.c.said == found.c.class_id)
        .where(or_(ends.c.present.isnot(None), found.c.class_ids.isnot(None)))
        .subquery()
    )
    columns = rows.c.image_id, rows.c.user_id, rows.c.present, rows.c.class_ids
    return select(*columns).where(rows.c.several > 1)


def several(session: Session, project_id: UUID, class_ids: Sequence[UUID]) -> Sequence[UUID]:
    """Return the newest item of each image for which several answers count, one of them as such a class.

    Of answers that are sets, all.
    """
    found = counted(Annotation.image_id.in_(by_several(project_id))).subquery()
    ends = classes.ends(project_id)
    images = (
        select(found.c.image_id)
        .outerjoin(ends, ends.c.said == found.c.class_id)
        .group_by(found.c.image_id)
        .having(
            func.count() > 1, func.bool_or(or_(ends.c.present.in_(class_ids), found.c.class_ids.isnot(None)))
        )
    )
    query = (
        select(QueueItem.id)
        .where(QueueItem.image_id.in_(images))
        .ext(distinct_on(QueueItem.image_id))
        .order_by(QueueItem.image_id, QueueItem.id.desc())
    )
    return session.scalars(query).all()

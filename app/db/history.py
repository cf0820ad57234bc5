"""What happened to one image."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from app.db.models import (
    Annotation,
    Assignment,
    Class,
    Cycle,
    Model,
    QueueItem,
    Return,
    User,
)
from app.db.review_queue import SKIPPED
from app.domain.enums import Shown


def queued(session: Session, image_id: UUID) -> Sequence[Row[QueueItem, Cycle, str | None, UUID | None]]:
    """Return the image's queue items with cycle, and name and model of what was suggested."""
    before = aliased(Cycle)
    model = (
        select(Model.id)
        .join(before, before.id == Model.cycle_id)
        .where(before.project_id == Cycle.project_id, before.number < Cycle.number)
        .order_by(before.number.desc())
        .limit(1)
        .correlate(Cycle)
        .scalar_subquery()
    )
    query = (
        select(QueueItem, Cycle, Class.name, model)
        .join(Cycle, Cycle.id == QueueItem.cycle_id)
        .outerjoin(Class, Class.id == QueueItem.suggested_class_id)
    )
    return session.execute(query.where(QueueItem.image_id == image_id)).all()


def answers(
    session: Session, image_id: UUID
) -> Sequence[Row[Annotation, str, str | None, int, Shown | None]]:
    """Return every revision of every answer with person, class, number of the cycle, and what was seen."""
    query = (
        select(Annotation, User.name, Class.name, Cycle.number, Assignment.suggestion)
        .join(User, User.id == Annotation.user_id)
        .outerjoin(Class, Class.id == Annotation.class_id)
        .join(Assignment, Assignment.id == Annotation.assignment_id)
        .join(QueueItem, QueueItem.id == Assignment.queue_item_id)
        .join(Cycle, Cycle.id == QueueItem.cycle_id)
    )
    return session.execute(query.where(Annotation.image_id == image_id)).all()


def skips(session: Session, image_id: UUID) -> Sequence[Row[Assignment, str, int]]:
    """Return the skips that stand, with person and number of the cycle."""
    query = (
        select(Assignment, User.name, Cycle.number)
        .join(User, User.id == Assignment.user_id)
        .join(QueueItem, QueueItem.id == Assignment.queue_item_id)
        .join(Cycle, Cycle.id == QueueItem.cycle_id)
    )
    return session.execute(query.where(QueueItem.image_id == image_id, SKIPPED)).all()


def returns(session: Session, image_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return how often the image was sent back, with the names of reviewer and annotator."""
    to = aliased(User)
    query = (
        select(Return, User.name, to.name)
        .join(User, User.id == Return.user_id)
        .join(to, to.id == Return.to_user_id)
    )
    return session.execute(query.where(Return.image_id == image_id)).all()

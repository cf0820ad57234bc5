"""Control images: their marks, and whom they were leased to.

Assignments of control items have no queue item, so that whatever joins queue items (votes, agreement,
suggestions, the reviewer's queue, the gallery) passes them by.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Row, exists, func, insert, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.db import classes
from app.db.models import (
    Annotation,
    Assignment,
    Class,
    ClassExample,
    Control,
    ControlItem,
    Cycle,
    Image,
    Label,
    QueueItem,
)
from app.domain.enums import AssignmentState, CycleState, Split

Leased = tuple[Assignment, ControlItem]
ANSWERED = Assignment.state == AssignmentState.ANSWERED
GIVEN_BACK = (Assignment.state == AssignmentState.RELEASED) & Assignment.reason.is_(None)
SKIPPED = (Assignment.state == AssignmentState.RELEASED) & Assignment.reason.isnot(None)
# Labels that do not move with the answers of an open queue.
_OPEN = exists().where(Cycle.id == Label.cycle_id, Cycle.state == CycleState.LABELLING)
OF_NO_OPEN_CYCLE = ~_OPEN.correlate(Label)


def marked(session: Session, image_id: UUID) -> Control | None:
    """Return the mark of an image; None where it is no control image."""
    return session.scalar(select(Control).where(Control.image_id == image_id, Control.removed_at.is_(None)))


def count(session: Session, project_id: UUID) -> int:
    """Count a project's control images."""
    query = select(func.count()).where(Control.project_id == project_id, Control.removed_at.is_(None))
    return session.scalar(query) or 0


def markable(session: Session, project_id: UUID, limit: int) -> Sequence[Label]:
    """Return labels, drawn by chance, of images that can be marked: neither marked nor shown as examples.

    Those of the pool first: held-out images may come from an import of their own, which their ids tell.
    """
    taken = exists().where(Control.image_id == Label.image_id, Control.removed_at.is_(None))
    shown = exists().where(ClassExample.image_id == Label.image_id)
    query = select(Label).join(Image, Image.id == Label.image_id)
    query = query.where(Label.project_id == project_id, ~taken, ~shown)
    return session.scalars(query.order_by(Image.split != Split.POOL, func.random()).limit(limit)).all()


def is_example(session: Session, image_id: UUID) -> bool:
    """Tell whether the guidelines show an image with its class."""
    return (
        session.scalar(select(ClassExample.id).where(ClassExample.image_id == image_id).limit(1)) is not None
    )


def _eligible(cycle: Cycle, user_id: UUID) -> list[ColumnElement[bool]]:
    """Conditions of control images that somebody can still be asked for in a cycle.

    Each only once. None that the queue asks for now or asked this person for: the answer would be their own.
    """
    asked = exists().where(ControlItem.image_id == Control.image_id, ControlItem.user_id == user_id)
    here = exists().where(QueueItem.image_id == Control.image_id, QueueItem.cycle_id == cycle.id)
    seen = exists().where(
        QueueItem.image_id == Control.image_id,
        Assignment.queue_item_id == QueueItem.id,
        Assignment.user_id == user_id,
    )
    ends = classes.ends(cycle.project_id)
    known = Control.class_ids.isnot(None) | Control.class_id.in_(select(ends.c.said))
    return [Control.project_id == cycle.project_id, Control.removed_at.is_(None), known, ~asked, ~here, ~seen]


def supply(session: Session, cycle: Cycle, user_id: UUID) -> tuple[int, int]:
    """Count the control images that somebody was asked for in a cycle, and those that they still can be."""
    more = select(func.count()).select_from(Control).where(*_eligible(cycle, user_id))
    return count_items(session, cycle.id, user_id), session.scalar(more) or 0


def next_for(session: Session, cycle: Cycle, user_id: UUID, limit: int) -> Sequence[Control]:
    """Return control images for somebody, in an order of their own that nobody can foretell."""
    place = func.md5(func.concat(Control.id, user_id))  # a mark's id is told to reviewers only
    return session.scalars(
        select(Control).where(*_eligible(cycle, user_id)).order_by(place, Control.id).limit(limit)
    ).all()


def count_items(session: Session, cycle_id: UUID, user_id: UUID) -> int:
    """Count the control images that somebody was asked for in a cycle."""
    query = select(func.count()).where(ControlItem.cycle_id == cycle_id, ControlItem.user_id == user_id)
    return session.scalar(query) or 0


def one_at_a_time(session: Session, user_id: UUID) -> None:
    """Let two pages of one person draw one after the other, until the transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(user_id.int % 2**63)))


def places(session: Session, cycle_id: UUID, user_id: UUID) -> dict[int, int]:
    """Count somebody's control images in a cycle by position."""
    query = select(ControlItem.position, func.count()).where(
        ControlItem.cycle_id == cycle_id, ControlItem.user_id == user_id
    )
    return dict(session.execute(query.group_by(ControlItem.position)).all())


def held(
    session: Session, user_id: UUID, where: ColumnElement[bool], cycle_id: UUID | None = None
) -> list[Leased]:
    """Return somebody's control images in the open queue, in its order, locked."""
    query = (
        select(Assignment, ControlItem)
        .join(ControlItem, ControlItem.id == Assignment.control_item_id)
        .join(Cycle, Cycle.id == ControlItem.cycle_id)
        .where(ControlItem.user_id == user_id, Cycle.state == CycleState.LABELLING, where)
        .order_by(ControlItem.position, ControlItem.place)
        .with_for_update(of=ControlItem)
    )
    if cycle_id is not None:
        query = query.where(ControlItem.cycle_id == cycle_id)
    return [(a, item) for a, item in session.execute(query, execution_options={"populate_existing": True})]


def add(session: Session, items: Sequence[ControlItem], ids: Sequence[UUID], until: datetime) -> list[Leased]:
    """Lease new control items, with these ids for their assignments."""
    session.add_all(items)
    session.flush()
    if not items:
        return []
    rows = [
        {
            "id": key,
            "control_item_id": item.id,
            "user_id": item.user_id,
            "expires_at": until,
            "state": AssignmentState.LEASED,
        }
        for key, item in zip(ids, items, strict=False)
    ]
    given = session.scalars(insert(Assignment).returning(Assignment, sort_by_parameter_order=True), rows)
    return list(zip(given, items, strict=True))


def locked(session: Session, assignment_id: UUID) -> tuple[Assignment, ControlItem, Cycle] | None:
    """Return an assignment with its control item and cycle, locked as a queue item's."""
    fresh = {"populate_existing": True}
    of_item = select(Assignment.control_item_id).where(Assignment.id == assignment_id).scalar_subquery()
    of_cycle = select(ControlItem.cycle_id).where(ControlItem.id == of_item).scalar_subquery()
    cycle = session.scalar(
        select(Cycle).where(Cycle.id == of_cycle).with_for_update(read=True), execution_options=fresh
    )
    if cycle is None:
        return None
    query = select(ControlItem).where(ControlItem.id == of_item).with_for_update()
    item = session.scalars(query, execution_options=fresh).one()
    return session.get_one(Assignment, assignment_id, populate_existing=True), item, cycle


def said(session: Session, cycle_id: UUID, user_id: UUID) -> tuple[int, int]:
    """Count the control images of a cycle that somebody answered, and that they skipped."""
    query = (
        select(func.count().filter(ANSWERED), func.count().filter(SKIPPED))
        .join(ControlItem, ControlItem.id == Assignment.control_item_id)
        .where(ControlItem.cycle_id == cycle_id, ControlItem.user_id == user_id)
    )
    answered, skipped = session.execute(query).one()
    return answered, skipped


def scores_before(session: Session, cycle_id: UUID, position: int) -> Sequence[float]:
    """Return the shown confidences of the queue item at a position and of the one before; those there are."""
    query = select(QueueItem.score).where(QueueItem.cycle_id == cycle_id, QueueItem.score.isnot(None))
    two = query.where(QueueItem.position <= position).order_by(QueueItem.position.desc()).limit(2)
    return [score for score in session.scalars(two) if score is not None]


def answers(session: Session, project_id: UUID) -> Sequence[Row[Annotation, Control, Image]]:
    """Return everybody's last answer for each control image that is still marked, newest first."""
    last = (
        select(Annotation)
        .join(Assignment, Assignment.id == Annotation.assignment_id)
        .where(Annotation.project_id == project_id, Assignment.control_item_id.isnot(None), ANSWERED)
        .where(Annotation.retracted_at.is_(None))
        .ext(distinct_on(Annotation.assignment_id))
        .order_by(Annotation.assignment_id, Annotation.revision.desc())
        .with_only_columns(Annotation.id)
        .subquery()
    )
    query = (
        select(Annotation, Control, Image)
        .join(Assignment, Assignment.id == Annotation.assignment_id)
        .join(ControlItem, ControlItem.id == Assignment.control_item_id)
        .join(Control, Control.id == ControlItem.control_id)
        .join(Image, Image.id == Control.image_id)
        .where(Annotation.id.in_(select(last.c.id)), Control.removed_at.is_(None))
        .order_by(Annotation.id.desc())
    )
    return session.execute(query).all()


def skips(session: Session, project_id: UUID) -> dict[UUID, int]:
    """Count the control images that each person skipped."""
    query = (
        select(ControlItem.user_id, func.count())
        .join(Assignment, Assignment.control_item_id == ControlItem.id)
        .join(Control, Control.id == ControlItem.control_id)
        .where(Control.project_id == project_id, Control.removed_at.is_(None), SKIPPED)
    )
    return dict(session.execute(query.group_by(ControlItem.user_id)).all())


def of_image(
    session: Session, image_id: UUID
) -> Sequence[Row[Assignment, Annotation | None, str | None, int]]:
    """Return what people said of an image where it was a control image, with class and number of the cycle.

    Every revision of every answer, and the skips that stand.
    """
    query = (
        select(Assignment, Annotation, Class.name, Cycle.number)
        .join(ControlItem, ControlItem.id == Assignment.control_item_id)
        .join(Cycle, Cycle.id == ControlItem.cycle_id)
        .outerjoin(Annotation, Annotation.assignment_id == Assignment.id)
        .outerjoin(Class, Class.id == Annotation.class_id)
        .where(ControlItem.image_id == image_id, or_(Annotation.id.isnot(None), SKIPPED))
    )
    return session.execute(query.order_by(Annotation.id)).all()

"""The queue of a cycle: who holds which image. Leases live on the queue item, under its row's lock."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session

from app.db.base import new_id
from app.db.classes import LIVE
from app.db.models import Annotation, Assignment, Class, Cycle, Image, QueueItem
from app.domain.enums import AssignmentState, CycleState, QueueItemState


def held_by(
    session: Session, cycle_id: UUID, user_id: UUID, limit: int
) -> list[tuple[Assignment, QueueItem]]:
    """Return the leases that a user still holds, in the cycle's order."""
    query = (
        select(Assignment, QueueItem)
        .join(QueueItem, QueueItem.assignment_id == Assignment.id)
        .where(
            QueueItem.cycle_id == cycle_id,
            QueueItem.state == QueueItemState.OPEN,
            QueueItem.leased_until > func.now(),
            Assignment.user_id == user_id,
            Assignment.state == AssignmentState.LEASED,
        )
        .order_by(QueueItem.position)
        .limit(limit)
        .with_for_update(of=QueueItem)
    )
    return [(a, q) for a, q in session.execute(query)]


def held_among(
    session: Session, project_id: UUID, user_id: UUID, ids: Sequence[UUID]
) -> list[tuple[Assignment, QueueItem]]:
    """Return those of the assignments that a user still holds, locked.

    A lease whose time is over is still held as long as nobody else took the image.
    """
    query = (
        select(Assignment, QueueItem)
        .join(QueueItem, QueueItem.assignment_id == Assignment.id)
        .join(Cycle, Cycle.id == QueueItem.cycle_id)
        .where(
            Cycle.project_id == project_id,
            Cycle.state == CycleState.LABELLING,
            QueueItem.state == QueueItemState.OPEN,
            Assignment.id.in_(ids),
            Assignment.user_id == user_id,
            Assignment.state == AssignmentState.LEASED,
        )
        .order_by(QueueItem.position)
        .with_for_update(of=QueueItem)
    )
    return [(a, q) for a, q in session.execute(query)]


def of_project(session: Session, project_id: UUID, ids: Sequence[UUID]) -> set[UUID]:
    """Return those of the assignments that belong to a project."""
    query = select(Assignment.id).join(QueueItem).join(Cycle)
    return set(session.scalars(query.where(Cycle.project_id == project_id, Assignment.id.in_(ids))))


def take_free(session: Session, cycle_id: UUID, limit: int) -> Sequence[QueueItem]:
    """Lock the next free items in the cycle's order; items that others are locking are passed by."""
    free = or_(QueueItem.leased_until.is_(None), QueueItem.leased_until <= func.now())
    return session.scalars(
        select(QueueItem)
        .where(QueueItem.cycle_id == cycle_id, QueueItem.state == QueueItemState.OPEN, free)
        .order_by(QueueItem.position)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def lease(session: Session, item: QueueItem, user_id: UUID, until: datetime) -> Assignment:
    """Give a locked item to a user; the assignment that held it before is marked expired."""
    if item.assignment_id is not None:
        session.execute(
            update(Assignment)
            .where(Assignment.id == item.assignment_id, Assignment.state == AssignmentState.LEASED)
            .values(state=AssignmentState.EXPIRED)
        )
    assignment = Assignment(
        id=new_id(), queue_item_id=item.id, user_id=user_id, expires_at=until, state=AssignmentState.LEASED
    )
    session.add(assignment)
    item.assignment_id, item.leased_until = assignment.id, until
    return assignment


def locked_assignment(session: Session, assignment_id: UUID) -> tuple[Assignment, QueueItem, Cycle] | None:
    """Return an assignment with its item and cycle, all locked: cycle shared, item exclusive.

    The cycle's shared lock keeps it from closing between the check and the answer, and lets
    other answers pass.
    """
    fresh = {"populate_existing": True}
    item_cycle = (
        select(QueueItem.cycle_id)
        .join(Assignment, Assignment.queue_item_id == QueueItem.id)
        .where(Assignment.id == assignment_id)
        .scalar_subquery()
    )
    cycle = session.scalar(
        select(Cycle).where(Cycle.id == item_cycle).with_for_update(read=True), execution_options=fresh
    )
    if cycle is None:
        return None
    assignment, item = session.execute(
        select(Assignment, QueueItem)
        .join(QueueItem, QueueItem.id == Assignment.queue_item_id)
        .where(Assignment.id == assignment_id)
        .with_for_update(of=(QueueItem, Assignment)),  # in this order, as leasing does
        execution_options=fresh,
    ).one()
    return assignment, item, cycle


def class_and_last_answer(
    session: Session, project_id: UUID, class_name: str, assignment_id: UUID
) -> tuple[Class, Annotation | None] | None:
    """Return a class by name, and the newest revision of an assignment's answer.

    The class is kept from being merged or removed until the transaction ends.
    """
    row = session.execute(
        select(Class, Annotation)
        .outerjoin(Annotation, Annotation.assignment_id == assignment_id)
        .where(Class.project_id == project_id, Class.name == class_name, LIVE)
        .order_by(Annotation.revision.desc())
        .limit(1)
        .with_for_update(read=True, key_share=True, of=Class)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def last_annotation(session: Session, assignment_id: UUID) -> Annotation | None:
    """Return the newest revision of an assignment's answer."""
    query = select(Annotation).where(Annotation.assignment_id == assignment_id)
    return session.scalar(query.order_by(Annotation.revision.desc()).limit(1))


def has_open_items(session: Session, cycle_id: UUID) -> bool:
    """Tell whether any image of the cycle still waits for its answer."""
    query = select(QueueItem.id).where(QueueItem.cycle_id == cycle_id, QueueItem.state == QueueItemState.OPEN)
    return session.scalar(query.limit(1)) is not None


def images_of(session: Session, ids: Sequence[UUID]) -> dict[UUID, Image]:
    """Return images by id."""
    return {image.id: image for image in session.scalars(select(Image).where(Image.id.in_(ids)))}


def counts(session: Session, cycle_ids: Sequence[UUID]) -> dict[UUID, dict[QueueItemState, int]]:
    """Count each cycle's items by state.

    Counted, not kept in the cycle's row: annotators would wait for each other's turn to write there.
    """
    query = select(QueueItem.cycle_id, QueueItem.state, func.count()).where(QueueItem.cycle_id.in_(cycle_ids))
    found: dict[UUID, dict[QueueItemState, int]] = {cycle_id: {} for cycle_id in cycle_ids}
    for cycle_id, state, count in session.execute(query.group_by(QueueItem.cycle_id, QueueItem.state)):
        found[cycle_id][state] = count
    return found


def answers_by(session: Session, cycle_id: UUID, user_id: UUID) -> int:
    """Count the images that one user answered in a cycle."""
    query = (
        select(func.count())
        .select_from(Assignment)
        .join(QueueItem)
        .where(
            QueueItem.cycle_id == cycle_id,
            Assignment.user_id == user_id,
            Assignment.state == AssignmentState.ANSWERED,
        )
    )
    return session.scalar(query) or 0


def labelling_cycle(session: Session, project_id: UUID, *, lock: bool = False) -> Cycle | None:
    """Return the cycle whose queue is open; `lock` keeps it open until the transaction ends."""
    query = select(Cycle).where(Cycle.project_id == project_id, Cycle.state == CycleState.LABELLING)
    return session.scalar(query.with_for_update(read=True) if lock else query)


def annotations(project_id: UUID) -> Select[Annotation, str]:
    """Select every revision of every answer with its class's name."""
    return (
        select(Annotation, Class.name)
        .join(Class, Class.id == Annotation.class_id)
        .where(Annotation.project_id == project_id)
    )

"""The queue of a cycle: who holds which image. Leases live on the queue item, under its row's lock.

Whether an image is free is read off its row alone: only the row that is locked is looked at again
when another transaction has changed it meanwhile, not what hangs on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, any_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.db import controls, driver
from app.db.classes import LIVE
from app.db.driver import Steps
from app.db.models import Annotation, Assignment, Class, ControlItem, Cycle, Image, Project, QueueItem
from app.domain.enums import AssignmentState, CycleState, LabelRule, ProjectTask, QueueItemState

Q = TypeVar("Q", bound=Select[*tuple[Any, ...]])


def held_among(
    session: Session, project_id: UUID, user_id: UUID, ids: Sequence[UUID]
) -> list[tuple[Assignment, QueueItem]]:
    """Return those of the assignments that a user still holds, locked."""
    query = (
        select(Assignment, QueueItem)
        .join(QueueItem, QueueItem.id == Assignment.queue_item_id)
        .join(Cycle, Cycle.id == QueueItem.cycle_id)
        .where(
            Cycle.project_id == project_id,
            Cycle.state == CycleState.LABELLING,
            QueueItem.state == QueueItemState.OPEN,
            _is_among(user_id, QueueItem.holders),
            Assignment.id.in_(ids),
            Assignment.user_id == user_id,
            Assignment.state == AssignmentState.LEASED,
        )
        .order_by(QueueItem.position)
        .with_for_update(of=QueueItem)
    )
    return [(a, q) for a, q in session.execute(query)]


def held_in(session: Session, project_id: UUID) -> list[tuple[Assignment, QueueItem]]:
    """Return all leases that anybody holds in a project, locked."""
    query = (
        select(Assignment, QueueItem)
        .join(QueueItem, QueueItem.id == Assignment.queue_item_id)
        .join(Cycle, Cycle.id == QueueItem.cycle_id)
        .where(Cycle.project_id == project_id, Assignment.state == AssignmentState.LEASED)
        .order_by(QueueItem.position)
        .with_for_update(of=QueueItem)
    )
    return [(a, q) for a, q in session.execute(query)]


def of_project(session: Session, project_id: UUID, ids: Sequence[UUID]) -> set[UUID]:
    """Return those of the assignments that belong to a project."""
    query = with_cycle(select(Assignment.id))
    return set(session.scalars(query.where(Cycle.project_id == project_id, Assignment.id.in_(ids))))


def with_cycle(query: Q) -> Q:
    """Join the cycle of an assignment, whichever kind of item it is of."""
    return (
        query.outerjoin(QueueItem, QueueItem.id == Assignment.queue_item_id)
        .outerjoin(ControlItem, ControlItem.id == Assignment.control_item_id)
        .join(Cycle, Cycle.id == func.coalesce(QueueItem.cycle_id, ControlItem.cycle_id))
    )


def size(session: Session, cycle_id: UUID) -> int:
    """Count the images of a queue."""
    return session.scalar(select(func.count()).where(QueueItem.cycle_id == cycle_id)) or 0


def holds(session: Session, cycle_id: UUID, user_id: UUID) -> bool:
    """Tell whether somebody holds an image of a queue."""
    items = select(QueueItem.id).where(QueueItem.cycle_id == cycle_id, QueueItem.state == QueueItemState.OPEN)
    return bool(session.scalar(select(items.where(_is_among(user_id, QueueItem.holders)).exists())))


def free_for(session: Session, cycle_id: UUID, user_id: UUID, limit: int) -> Sequence[int]:
    """Return the positions of the next images that somebody could lease now."""
    query = _free(cycle_id, user_id).with_only_columns(QueueItem.position)
    return session.scalars(query.order_by(QueueItem.position).limit(limit)).all()


def _free(cycle_id: UUID, user_id: UUID) -> Select[QueueItem]:
    taken = func.cardinality(QueueItem.holders) + func.cardinality(QueueItem.done_by)
    mine = or_(_is_among(user_id, QueueItem.holders), _is_among(user_id, QueueItem.done_by))
    return (
        select(QueueItem)
        .where(QueueItem.cycle_id == cycle_id, QueueItem.state == QueueItemState.OPEN)
        .where(or_(taken < QueueItem.slots, QueueItem.leased_until <= func.now()), ~mine)
    )


def _is_among(user_id: UUID, people: ColumnElement[list[UUID]] | object) -> ColumnElement[bool]:
    return literal(user_id) == any_(people)  # type: ignore[arg-type]


def lease(
    session: Session, items: Sequence[QueueItem], user_id: UUID, until: datetime, ids: Sequence[UUID]
) -> dict[UUID, Assignment]:
    """Return a user's assignments of locked items, by item, leased; who had one before has it again.

    The `ids` are for those who had none.
    """
    if not items:
        return {}
    state = AssignmentState.LEASED
    common = {"user_id": user_id, "expires_at": until, "state": state}
    new = [{"id": key, "queue_item_id": item.id} | common for key, item in zip(ids, items, strict=False)]
    rows = insert(Assignment).values(new)
    again = {"expires_at": until, "state": state, "ended_at": None, "reason": None}
    keys = [Assignment.queue_item_id, Assignment.user_id]
    leased = session.scalars(
        rows.on_conflict_do_update(index_elements=keys, set_=again).returning(Assignment),
        execution_options={"populate_existing": True},
    )
    return {item_id: given for given in leased if (item_id := given.queue_item_id) is not None}


def locked_item(session: Session, cycle: Cycle, image_id: UUID) -> QueueItem:
    """Return an image's item in a locked cycle, locked; it joins at the end if it is not there."""
    query = select(QueueItem).where(QueueItem.cycle_id == cycle.id, QueueItem.image_id == image_id)
    item = session.scalar(query.with_for_update(), execution_options={"populate_existing": True})
    if item is None:
        last = session.scalar(select(func.max(QueueItem.position)).where(QueueItem.cycle_id == cycle.id))
        place = 0 if last is None else last + 1
        item = QueueItem(
            cycle_id=cycle.id, image_id=image_id, position=place, slots=1, holders=[], done_by=[]
        )
        session.add(item)
        cycle.queued += 1
        session.flush()
    return item


def locked_assignment(
    session: Session, assignment_id: UUID
) -> tuple[Assignment, QueueItem | ControlItem, Cycle] | None:
    """Return an assignment with its item and cycle, locked: cycle shared, item exclusive.

    The cycle's shared lock keeps it from closing between the check and the answer, and lets
    other answers pass. The item's lock covers its assignments, which are written under it alone; to lock
    those first would let two transactions wait for each other.
    """
    of_item = select(Assignment.queue_item_id).where(Assignment.id == assignment_id).scalar_subquery()
    found = locked_with_cycle(session, of_item)
    if found is None:
        return controls.locked(session, assignment_id)
    return session.get_one(Assignment, assignment_id, populate_existing=True), *found


def locked_with_cycle(
    session: Session, item_id: UUID | ScalarSelect[UUID | None]
) -> tuple[QueueItem, Cycle] | None:
    """Return an item and its cycle, both locked: first the cycle, shared, then the item."""
    fresh = {"populate_existing": True}
    of_cycle = select(QueueItem.cycle_id).where(QueueItem.id == item_id).scalar_subquery()
    cycle = session.scalar(
        select(Cycle).where(Cycle.id == of_cycle).with_for_update(read=True), execution_options=fresh
    )
    if cycle is None:
        return None
    item = session.scalars(
        select(QueueItem).where(QueueItem.id == item_id).with_for_update(), execution_options=fresh
    ).one()
    return item, cycle


def class_and_last_answer(
    session: Session, project_id: UUID, class_name: str, assignment_id: UUID
) -> tuple[Class, Annotation | None, ProjectTask] | None:
    """Return a class by name, the newest revision of an assignment's answer, and the project's task.

    The class is kept from being merged or removed until the transaction ends.
    """
    row = session.execute(
        select(Class, Annotation, Project.task)
        .join(Project, Project.id == Class.project_id)
        .outerjoin(Annotation, Annotation.assignment_id == assignment_id)
        .where(Class.project_id == project_id, Class.name == class_name, LIVE)
        .order_by(Annotation.revision.desc())
        .limit(1)
        .with_for_update(read=True, key_share=True, of=Class)
    ).one_or_none()
    return (row[0], row[1], row[2]) if row else None


def last_annotation(session: Session, assignment_id: UUID) -> Annotation | None:
    """Return the newest revision of an assignment's answer."""
    query = select(Annotation).where(Annotation.assignment_id == assignment_id)
    return session.scalar(query.order_by(Annotation.revision.desc()).limit(1))


# As `still_waits`, in plain SQL: each answer is followed by it. The order is that of the index of open items;
# EXISTS would be looked for in the table, which begins with what was answered long ago.
_WAITS = """
SELECT (SELECT true FROM queue_items WHERE cycle_id = %(cycle)s AND state = 'OPEN' ORDER BY position LIMIT 1)
    OR EXISTS (SELECT FROM cycles c JOIN queue_items q ON q.cycle_id = c.id JOIN images i ON i.id = q.image_id
               WHERE c.id = %(cycle)s AND c.label_rule = 'REVIEWER' AND i.unsettled)
"""


def waiting(cycle_id: UUID) -> Steps[bool]:
    """Tell whether any image of the cycle still waits for an answer, or for the reviewer who decides."""
    found = yield _WAITS, {"cycle": cycle_id}
    return bool(found[0][0])


def waits(session: Session, cycle_id: UUID) -> bool:
    """Tell what `waiting` tells."""
    return driver.take(session, waiting(cycle_id))


def still_waits(cycle_id: ColumnElement[UUID] | InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """The condition that an image of a cycle still waits."""
    items = select(QueueItem.id).where(QueueItem.cycle_id == cycle_id)
    of_rule = aliased(Cycle)  # a caller may ask about the row of a Cycle of its own
    by_reviewer = (
        items.join(Image, Image.id == QueueItem.image_id)
        .join(of_rule, of_rule.id == QueueItem.cycle_id)
        .where(Image.unsettled, of_rule.label_rule == LabelRule.REVIEWER)
    )
    return or_(items.where(QueueItem.state == QueueItemState.OPEN).exists(), by_reviewer.exists())


def images_of(session: Session, ids: Sequence[UUID]) -> dict[UUID, Image]:
    """Return images by id."""
    return {image.id: image for image in session.scalars(select(Image).where(Image.id.in_(ids)))}


@dataclass
class Progress:
    """How far a cycle's queue is: its images by state, and the open ones that one person is done with."""

    images: dict[QueueItemState, int] = field(default_factory=dict)
    waiting: int = 0

    def of(self, state: QueueItemState) -> int:
        """Count the images in a state."""
        return self.images.get(state, 0)


def progress(session: Session, cycle_id: UUID, user_id: UUID | None) -> Progress:
    """Tell how far a queue is.

    Counted, not kept in the cycle's row: annotators would wait for each other's turn to write there.
    """
    done = func.count().filter(QueueItem.done_by.contains([user_id])) if user_id else literal(0)
    query = select(QueueItem.state, func.count(), done).where(QueueItem.cycle_id == cycle_id)
    found = Progress()
    for state, count, mine in session.execute(query.group_by(QueueItem.state)):
        found.images[state] = count
        if state is QueueItemState.OPEN:
            found.waiting = mine
    return found


def unsettled(session: Session, cycle_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Count the images of each cycle that people answered, but that have no label."""
    query = (
        select(QueueItem.cycle_id, func.count())
        .join(Image, Image.id == QueueItem.image_id)
        # By project, so that the few such images are found on their index, and not by every queue.
        .where(Image.project_id.in_(select(Cycle.project_id).where(Cycle.id.in_(cycle_ids))))
        .where(QueueItem.cycle_id.in_(cycle_ids), Image.unsettled)
        .group_by(QueueItem.cycle_id)
    )
    return dict(session.execute(query).all())


def answers_by(session: Session, cycle_id: UUID, user_id: UUID) -> int:
    """Count the images that one user answered in a cycle, control images among them."""
    answered = [Assignment.user_id == user_id, Assignment.state == AssignmentState.ANSWERED]
    query = select(func.count()).select_from(Assignment).join(QueueItem)
    of_queue = session.scalar(query.where(QueueItem.cycle_id == cycle_id, *answered)) or 0
    return of_queue + controls.said(session, cycle_id, user_id)[0]


def labelling_cycle(session: Session, project_id: UUID, *, lock: bool = False) -> Cycle | None:
    """Return the cycle whose queue is open; `lock` keeps it open until the transaction ends."""
    query = select(Cycle).where(Cycle.project_id == project_id, Cycle.state == CycleState.LABELLING)
    return session.scalar(query.with_for_update(read=True) if lock else query)


def annotations(project_id: UUID) -> Select[Annotation, str | None]:
    """Select every revision of every answer with its class's name; a set of classes has none.

    Answers for control images are left out: they say something of people, not of images.
    """
    return (
        select(Annotation, Class.name)
        .join(Assignment, Assignment.id == Annotation.assignment_id)
        .outerjoin(Class, Class.id == Annotation.class_id)
        .where(Annotation.project_id == project_id, Assignment.queue_item_id.isnot(None))
    )

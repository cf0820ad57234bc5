"""Handing out images: the next ones of the queue, control images among them, with the model's suggestion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import shuffle
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import driver, leasing, queue, seen
from app.db.base import new_id
from app.db.class_sets import ClassSets
from app.db.driver import Steps
from app.db.models import Assignment, ControlItem, Cycle, Project
from app.domain.enums import AssignmentState, Shown
from app.domain.project_settings import ProjectSettings
from app.schemas.images import ImageOut
from app.schemas.labelling import AssignmentOut, Assignments, Suggestion
from app.services import control_leases
from app.services.labelling import lease_end

Item = leasing.Item | ControlItem


@dataclass(frozen=True)
class _Leased:
    """One image in somebody's hands."""

    item: Item
    assignment_id: UUID
    expires_at: datetime
    comment: str | None
    image: ImageOut


def assign(
    db: Session, project_id: UUID, settings: ProjectSettings, user_id: UUID, limit: int
) -> Assignments:
    """Lease the caller's next images: those still held first, then free ones in the cycle's order.

    Control images are among them, and look like any other.
    """
    found = driver.take(db, leasing.find(project_id, user_id, limit))
    if found is None:
        return Assignments(items=[])
    until, ids = lease_end(settings), _ids(limit)
    held, new = found.held, found.next
    held_controls: list[_Leased] = []
    new_controls: list[_Leased] = []
    if settings.control_share or found.controls:
        held, held_controls = _held_with_controls(db, found, user_id, limit, until)
        room = ids[: limit - len(held) - len(held_controls)]
        new_controls = _new_controls(db, found.cycle_id, user_id, room, until)
        new = found.next[: len(room) - len(new_controls)]
    driver.take(db, leasing.lease(user_id, until, held=held, new=new, ids=ids[len(new_controls) :]))
    leased = [
        *_in_order([*map(_of_queue, held), *held_controls]),
        *_in_order([*map(_of_queue, new), *new_controls]),
    ]
    suggested = _suggestions(db, project_id, leased) if settings.suggestions else {}
    veiled = settings.control_share > 0 or bool(held_controls or new_controls)
    return _told(found.cycle_id, leased, suggested, veiled=veiled)


def at_once(
    shown: seen.Shown, project_id: UUID, limit: int
) -> Steps[tuple[seen.Caller, Assignments | None] | None]:
    """Do as `assign` by one statement, without a transaction, which tells who asks, too.

    None where they may not; without images, and nothing written, if it takes more than that.
    """
    found = yield from leasing.at_once(shown, project_id, _ids(limit))
    if found is None:
        return None
    caller, leased = found
    if leased is None:
        return caller, None
    if leased.cycle_id is None:
        return caller, Assignments(items=[])
    return caller, _told(leased.cycle_id, [_of_queue(item) for item in leased.items], {}, veiled=False)


def plainly(
    project_id: UUID, settings: ProjectSettings, user_id: UUID, limit: int
) -> Steps[Assignments | None]:
    """Do as `assign`, where only the queue's images go out, without suggestions; or else None."""
    if settings.control_share or settings.suggestions:
        return None
    found = yield from leasing.find(project_id, user_id, limit)
    if found is None:
        return Assignments(items=[])
    if found.controls:
        return None
    until = lease_end(settings)
    yield from leasing.lease(user_id, until, held=found.held, new=found.next, ids=_ids(limit))
    return _told(found.cycle_id, [_of_queue(item) for item in (*found.held, *found.next)], {}, veiled=False)


def _ids(limit: int) -> list[UUID]:
    # Ids are in the order of time: those of control images, which come first here, must not tell.
    ids = [new_id() for _ in range(limit)]
    shuffle(ids)
    return ids


def _told(
    cycle_id: UUID, leased: Sequence[_Leased], suggested: Mapping[UUID, Suggestion], *, veiled: bool
) -> Assignments:
    return Assignments(
        items=[
            AssignmentOut(
                id=one.assignment_id,
                cycle_id=cycle_id,
                state=AssignmentState.LEASED,
                expires_at=one.expires_at,
                image=one.image.veiled() if veiled else one.image,
                suggestion=suggested.get(one.assignment_id),
                comment=one.comment,
            )
            for one in leased
        ]
    )


def _in_order(leased: Sequence[_Leased]) -> list[_Leased]:
    return sorted(leased, key=lambda one: control_leases.order_of(one.item))


def _of_queue(item: leasing.Item) -> _Leased:
    assert item.assignment_id is not None  # noqa: S101  # it is leased by now
    assert item.expires_at is not None  # noqa: S101
    return _Leased(item, item.assignment_id, item.expires_at, item.comment, ImageOut(**item.image))


def _of_controls(db: Session, controls: Sequence[tuple[Assignment, ControlItem]]) -> list[_Leased]:
    images = queue.images_of(db, [item.image_id for _, item in controls])
    # Without pool batches and losses: where control images go out, all are veiled.
    return [
        _Leased(
            item,
            assignment.id,
            assignment.expires_at,
            assignment.comment,
            ImageOut.of(images[item.image_id], None),
        )
        for assignment, item in controls
    ]


def _held_with_controls(
    db: Session, found: leasing.Found, user_id: UUID, limit: int, until: datetime
) -> tuple[list[leasing.Item], list[_Leased]]:
    """Return the first of what somebody holds: of the queue, and control images, which are leased anew."""
    controls = control_leases.held_by(db, found.cycle_id, user_id)
    both: list[Item] = [*found.held, *(item for _, item in controls)]
    both = sorted(both, key=control_leases.order_of)[:limit]
    first = {item.id for item in both}
    kept = [(assignment, item) for assignment, item in controls if item.id in first]
    for assignment, _ in kept:
        assignment.expires_at = until
    return [item for item in found.held if item.id in first], _of_controls(db, kept)


def _new_controls(
    db: Session, cycle_id: UUID, user_id: UUID, ids: Sequence[UUID], until: datetime
) -> list[_Leased]:
    cycle = db.get_one(Cycle, cycle_id)
    project = db.get_one(Project, cycle.project_id)
    return _of_controls(db, control_leases.lease(db, project, cycle, user_id, ids=ids, until=until))


def _suggestions(db: Session, project_id: UUID, leased: Sequence[_Leased]) -> dict[UUID, Suggestion]:
    """What annotators are shown of the model's answers, by assignment; keeps who saw one and who did not."""
    sets = ClassSets(db, project_id)
    shown: dict[UUID, Suggestion] = {}
    told: list[tuple[UUID, Shown]] = []
    for one in leased:
        suggestion = _suggestion(one.item, sets)
        if suggestion is None:
            continue
        audited = isinstance(one.item, leasing.Item) and one.item.audited
        seen = isinstance(one.item, leasing.Item) and one.item.suggestion is Shown.SHOWN
        hidden = audited and not seen  # who saw one once has seen it
        told.append((one.assignment_id, Shown.HIDDEN if hidden else Shown.SHOWN))
        if not hidden:
            shown[one.assignment_id] = suggestion
    db.flush()  # of control images, whose rows are mapped ones
    driver.take(db, leasing.tell(told))
    return shown


def _suggestion(item: Item, sets: ClassSets) -> Suggestion | None:
    if not item.score:
        return None
    if item.suggested_class_ids is not None:
        return Suggestion(classes=sets.names(item.suggested_class_ids), confidence=item.score)
    name = sets.one(item.suggested_class_id) if item.suggested_class_id else None
    return Suggestion(class_name=name, confidence=item.score) if name else None

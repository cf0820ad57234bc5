"""Control images among the images that are leased."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import controls, leasing, queue
from app.db.models import Assignment, ControlItem, Cycle, Project, QueueItem
from app.domain.controls import drawn, mixed, most_of
from app.domain.enums import AssignmentState
from app.domain.project_settings import ProjectSettings
from app.services.stand_ins import StandIns

Item = QueueItem | ControlItem


def in_order(leased: Iterable[tuple[Assignment, Item]]) -> list[tuple[Assignment, Item]]:
    """Return leased images in the queue's order."""
    return sorted(leased, key=lambda one: order_of(one[1]))


def order_of(item: Item | leasing.Item) -> tuple[int, bool, int]:
    """Return what sorts by: a control image comes before the queue item at its position."""
    if isinstance(item, ControlItem):
        return item.position, False, item.place
    return item.position, True, 0


def held_by(db: Session, cycle_id: UUID, user_id: UUID) -> list[controls.Leased]:
    """Return the control images that a user still holds."""
    return controls.held(db, user_id, Assignment.state == AssignmentState.LEASED, cycle_id)


def held_among(db: Session, project_id: UUID, user_id: UUID, ids: Sequence[UUID]) -> list[controls.Leased]:
    """Return those of the assignments that are control images which a user still holds."""
    still = (Assignment.state == AssignmentState.LEASED) & Assignment.id.in_(ids)
    return controls.held(db, user_id, still & (Cycle.project_id == project_id))


def lease(
    db: Session, project: Project, cycle: Cycle, user_id: UUID, *, ids: Sequence[UUID], until: datetime
) -> list[controls.Leased]:
    """Lease the control images that are among the next images of a user; `ids` has one for each of these.

    None without images of the queue that the user can have: control images never keep a cycle open.
    """
    share = ProjectSettings.model_validate(project.settings).control_share
    limit = len(ids)
    if limit == 0 or not (share or controls.count_items(db, cycle.id, user_id)):
        return []
    controls.one_at_a_time(db, user_id)
    free = queue.free_for(db, cycle.id, user_id, limit)
    back = controls.held(db, user_id, controls.GIVEN_BACK, cycle.id)
    asked, more = controls.supply(db, cycle, user_id)
    room = min(more, most_of(queue.size(db, cycle.id), share) - asked)

    def comes(position: int, place: int) -> bool:
        return drawn(cycle.control_key, "comes", user_id, position, place) < share

    before = controls.places(db, cycle.id, user_id)
    positions = [item.position for _, item in back]
    mix = mixed(free, positions, before, limit=limit, most=room, comes=comes)
    again = back[: mix.again]
    for assignment, _ in again:
        assignment.state, assignment.ended_at = AssignmentState.LEASED, None
        assignment.expires_at = until
    chosen = controls.next_for(db, cycle, user_id, len(mix.new))
    stand_ins = StandIns(db, project, cycle)
    items = [
        ControlItem(
            control_id=control.id,
            image_id=control.image_id,
            cycle_id=cycle.id,
            user_id=user_id,
            position=position,
            place=place,
            **stand_ins.suggestion(control, user_id, position),
        )
        for control, (position, place) in zip(chosen, mix.new, strict=False)
    ]
    return again + controls.add(db, items, ids, until)

"""Leases while an annotator's page is open: held longer, and given back when it closes."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.db import queue
from app.db.models import Assignment, Project, User
from app.domain.project_settings import ProjectSettings
from app.schemas.labelling import HeldList, HeldOut
from app.services import control_leases
from app.services.labelling import give_back, hold_longer, lease_end


def renew(db: Session, project: Project, user: User, ids: list[UUID]) -> HeldList:
    """Let leases begin anew; answers those that the user still holds."""
    until = lease_end(ProjectSettings.model_validate(project.settings))
    held = _held_among(db, project.id, user, ids)
    for assignment, item in held:
        hold_longer(assignment, item, until)
    return HeldList(items=[HeldOut(id=a.id, expires_at=a.expires_at) for a, _ in held])


def release(db: Session, project_id: UUID, user: User, ids: list[UUID]) -> None:
    """Give images back to the queue; what was answered or went elsewhere stays as it is."""
    for assignment, item in _held_among(db, project_id, user, ids):
        give_back(assignment, item)


def _held_among(
    db: Session, project_id: UUID, user: User, ids: list[UUID]
) -> list[tuple[Assignment, control_leases.Item]]:
    of_queue = queue.held_among(db, project_id, user.id, ids)
    return control_leases.in_order([*of_queue, *control_leases.held_among(db, project_id, user.id, ids)])

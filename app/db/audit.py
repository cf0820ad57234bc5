"""Audit events: who changed what of a project, or of the server, and when. Only added, and never changed."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.db.models import AuditEvent, User
from app.domain.enums import AuditAction

_ACTOR = "actor"


def acts(session: Session, user: User) -> None:
    """Note who acts in a session, for whatever is recorded in it."""
    session.info[_ACTOR] = user.id


def record(
    session: Session,
    action: AuditAction,
    *,
    project_id: UUID | None = None,
    subject_id: UUID | None = None,
    name: str | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    by: UUID | None = None,
) -> None:
    """Add an event to the transaction of the change itself. No secrets: what is told here stays.

    Of `before` and `after`, in JSON's types, only what differs is kept; an event whose fields are all as
    before is none. Who acts is the caller of the request, unless `by` says otherwise; nobody in a command.
    """
    details: dict[str, Any] = {"name": name} if name else {}
    if before is not None and after is not None:
        keys = [key for key in before | after if before.get(key) != after.get(key)]
        if not keys:
            return
        before, after = ({key: side[key] for key in keys if key in side} for side in (before, after))
    details |= {side: told for side, told in (("before", before), ("after", after)) if told}
    event = AuditEvent(
        user_id=by or session.info.get(_ACTOR),
        project_id=project_id,
        subject_id=subject_id,
        action=action,
        details=details,
    )
    session.add(event)
    session.flush()


def events(actions: list[AuditAction]) -> Select[AuditEvent, str | None]:
    """Select events, of some actions or of all, with the names of those who acted."""
    query = select(AuditEvent, User.name).outerjoin(User, User.id == AuditEvent.user_id)
    return query.where(AuditEvent.action.in_(actions)) if actions else query

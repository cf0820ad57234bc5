"""Invitations to a project."""

from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from app.db import projects
from app.db.models import Invitation, Project, User

InvitedBy, UsedBy = aliased(User), aliased(User)


def of_project(project_id: UUID) -> Select[Invitation, User, User]:
    """Select a project's invitations with who invited, and who came."""
    return (
        select(Invitation, InvitedBy, UsedBy)
        .outerjoin(InvitedBy, InvitedBy.id == Invitation.invited_by_id)
        .outerjoin(UsedBy, UsedBy.id == Invitation.used_by_id)
        .where(Invitation.project_id == project_id)
    )


def by_secret(session: Session, secret_hash: str) -> tuple[Invitation, Project] | None:
    """Return an invitation with its project, locked: one person comes by it.

    None where there is no such invitation, or its project is deleted.
    """
    row = session.execute(
        select(Invitation, Project)
        .join(Project)
        .where(Invitation.secret_hash == secret_hash, projects.ALIVE)
        .with_for_update(of=Invitation)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def count_open(session: Session, project_id: UUID) -> int:
    """Count the invitations by which somebody may still come."""
    query = select(func.count()).where(
        Invitation.project_id == project_id,
        Invitation.used_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > func.now(),
    )
    return session.scalar(query) or 0

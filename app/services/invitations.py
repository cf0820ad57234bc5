"""Invitations: a link that makes one person a member of a project, once."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import accounts as account_rows
from app.db import audit, invitations, projects
from app.db.models import Invitation, Member, Project, User
from app.domain.enums import AuditAction, InvitationState
from app.domain.errors import Conflict, NotFound
from app.schemas.accounts import UserCreate
from app.schemas.classes import UserName
from app.schemas.invitations import InvitationCreate, InvitationOut, Invited, Joined, JoinNew
from app.services import accounts
from app.services.secrets import fingerprint, new_secret
from app.services.tries import limited

MOST_OPEN = 200


class UnknownInvitation(NotFound):
    """No invitation has this secret."""

    code = "invitation_unknown"


class InvitationUsed(Conflict):
    """Somebody came by this invitation already."""

    code = "invitation_used"


class InvitationRevoked(Conflict):
    """An owner took the invitation back."""

    code = "invitation_revoked"


class InvitationExpired(Conflict):
    """The invitation's time is over."""

    code = "invitation_expired"


class AlreadyMember(Conflict):
    """The caller is a member already; the invitation stays open for somebody else."""

    code = "already_member"


class TooManyInvitations(Conflict):
    """The project has too many open invitations."""

    code = "too_many_invitations"


def create(db: Session, project_id: UUID, user: User, new: InvitationCreate) -> tuple[Invitation, str]:
    """Add an invitation; returns it with the secret that is shown once. Raises TooManyInvitations."""
    projects.lock(db, project_id)
    if invitations.count_open(db, project_id) >= MOST_OPEN:
        raise TooManyInvitations(f"There are {MOST_OPEN} open invitations; revoke some first.")
    secret = new_secret()
    row = Invitation(
        project_id=project_id,
        invited_by_id=user.id,
        role=new.role,
        secret_hash=fingerprint(secret),
        expires_at=datetime.now(UTC) + timedelta(hours=new.expires_in_hours),
    )
    db.add(row)
    db.flush()
    db.refresh(row)
    _record(db, AuditAction.INVITATION_CREATED, row)
    return row, secret


def revoke(db: Session, row: Invitation) -> None:
    """Take an invitation back; once it was used or taken back, this changes nothing."""
    db.refresh(row, with_for_update=True)
    if row.used_at is None and row.revoked_at is None:
        row.revoked_at = datetime.now(UTC)
        _record(db, AuditAction.INVITATION_REVOKED, row)


def _record(db: Session, action: AuditAction, row: Invitation, user: User | None = None) -> None:
    audit.record(
        db,
        action,
        project_id=row.project_id,
        subject_id=row.id,
        name=user.email if user else None,
        after={"role": row.role.value},
        by=user.id if user else None,
    )


def state_of(row: Invitation) -> InvitationState:
    """Return whether somebody may still come by an invitation."""
    if row.used_at is not None:
        return InvitationState.USED
    if row.revoked_at is not None:
        return InvitationState.REVOKED
    return InvitationState.EXPIRED if row.expires_at <= datetime.now(UTC) else InvitationState.OPEN


def out(row: Invitation, invited_by: User | None, used_by: User | None) -> InvitationOut:
    """Return an invitation as owners see it."""
    people = {"invited_by": invited_by, "used_by": used_by}
    computed = {"state": state_of(row)} | {
        key: UserName(id=user.id, name=user.name) if user else None for key, user in people.items()
    }
    fields = {name: getattr(row, name) for name in InvitationOut.model_fields if name not in computed}
    return InvitationOut(**fields, **computed)


def look(db: Session, secret: str, address: str) -> Invited:
    """Tell what an invitation is to; raises as `join` does."""
    row, project = _open(db, secret, address)
    by = db.get(User, row.invited_by_id) if row.invited_by_id else None
    return Invited(
        project_name=project.name,
        role=row.role,
        invited_by=by.name if by else None,
        expires_at=row.expires_at,
    )


def join(db: Session, user: User, secret: str, address: str) -> Joined:
    """Make the caller a member.

    Raises UnknownInvitation, InvitationUsed, InvitationRevoked, InvitationExpired, AlreadyMember,
    TooManyTries.
    """
    row, project = _open(db, secret, address)
    if project.id in account_rows.roles_of(db, user.id):
        raise AlreadyMember(f"You are a member of {project.name} already.", project_id=str(project.id))
    db.add(Member(project_id=project.id, user_id=user.id, role=row.role))
    row.used_at, row.used_by_id = datetime.now(UTC), user.id
    db.flush()
    _record(db, AuditAction.INVITATION_USED, row, user)
    return Joined(project_id=project.id, role=row.role)


def join_with_account(db: Session, new: JoinNew, address: str) -> User:
    """Make an account and let it join; raises as `join` does, and EmailTaken."""
    _open(db, new.secret, address)
    user = accounts.create_user(db, UserCreate(email=new.email, name=new.name, password=new.password))
    join(db, user, new.secret, address)
    return user


def _open(db: Session, secret: str, address: str) -> tuple[Invitation, Project]:
    with limited(db, "invitation", address, UnknownInvitation):
        found = invitations.by_secret(db, fingerprint(secret))
        if found is None:
            raise UnknownInvitation("There is no such invitation. Check that the whole link was copied.")
    refusals: dict[InvitationState, Conflict] = {
        InvitationState.USED: InvitationUsed("Somebody has used this invitation already. Ask for a new one."),
        InvitationState.REVOKED: InvitationRevoked("This invitation was taken back. Ask for a new one."),
        InvitationState.EXPIRED: InvitationExpired("This invitation has expired. Ask for a new one."),
    }
    if refusal := refusals.get(state_of(found[0])):
        raise refusal
    return found

"""The people of a project."""

from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.db import accounts, audit, projects
from app.db.models import Member, User
from app.domain.enums import AuditAction, Role
from app.domain.errors import Conflict, Invalid, NotFound
from app.schemas.accounts import MemberIn


class NotAMember(NotFound):
    """The person is no member of the project."""

    code = "not_a_member"


class LastOwner(Conflict):
    """The change would leave a project without an owner."""

    code = "last_owner"


def set_all(db: Session, project_id: UUID, wanted: list[MemberIn]) -> None:
    """Make exactly these people the project's members; at least one must be an owner."""
    if not any(m.role is Role.OWNER for m in wanted):
        raise Invalid("A project needs at least one owner.", field="members", why="no_owner")
    projects.lock(db, project_id)
    roles: dict[UUID, Role] = {}
    for member in wanted:
        user = accounts.user_by_email(db, member.email)
        if user is None:
            raise Invalid(
                f"There is no account for {member.email}.",
                field="members",
                why="no_account",
                email=member.email,
            )
        if user.id in roles:
            raise Invalid(
                f"{member.email} is named twice.", field="members", why="named_twice", email=member.email
            )
        roles[user.id] = member.role
    before = {member.user_id: member.role for member, _ in accounts.members(db, project_id)}
    db.execute(delete(Member).where(Member.project_id == project_id))
    db.add_all(Member(project_id=project_id, user_id=user, role=role) for user, role in roles.items())
    db.flush()
    for user_id in {**before, **roles}:
        _record(db, project_id, user_id, before.get(user_id), roles.get(user_id))


def change(db: Session, project_id: UUID, user_id: UUID, role: Role) -> None:
    """Give a member another role; raises NotAMember, LastOwner."""
    member = _other_owners_remain(db, project_id, user_id, keeps=role is Role.OWNER)
    before, member.role = member.role, role
    db.flush()
    _record(db, project_id, user_id, before, role)


def put(db: Session, project_id: UUID, user_id: UUID, role: Role) -> None:
    """Make somebody with an account a member, or give a member another role; raises NotFound, LastOwner."""
    if db.get(User, user_id) is None:
        raise NotFound("There is no such user.")
    projects.lock(db, project_id)
    if accounts.is_member(db, project_id, user_id):
        change(db, project_id, user_id, role)
    else:
        db.add(Member(project_id=project_id, user_id=user_id, role=role))
        db.flush()
        _record(db, project_id, user_id, None, role)


def remove(db: Session, project_id: UUID, user_id: UUID) -> None:
    """Take a member's role away; what they answered stays. Raises NotAMember, LastOwner."""
    member = _other_owners_remain(db, project_id, user_id, keeps=False)
    db.delete(member)
    db.flush()
    _record(db, project_id, user_id, member.role, None)


def _record(db: Session, project_id: UUID, user_id: UUID, before: Role | None, after: Role | None) -> None:
    """Record a member's change of role; None: no role. The same role is no change."""
    action = AuditAction.MEMBER_CHANGED
    if before is None or after is None:
        action = AuditAction.MEMBER_ADDED if before is None else AuditAction.MEMBER_REMOVED
    sides = [{"role": role and role.value} for role in (before, after)]
    name = db.get_one(User, user_id).email
    audit.record(
        db, action, project_id=project_id, subject_id=user_id, name=name, before=sides[0], after=sides[1]
    )


def _other_owners_remain(db: Session, project_id: UUID, user_id: UUID, *, keeps: bool) -> Member:
    """The member, whose change leaves the project with an owner; under the project's lock."""
    projects.lock(db, project_id)
    people = [member for member, _ in accounts.members(db, project_id)]
    member = next((m for m in people if m.user_id == user_id), None)
    if member is None:
        raise NotAMember("This person is no member of the project.")
    owners = [m for m in people if m.role is Role.OWNER]
    if owners == [member] and not keeps:
        raise LastOwner("This is the last owner of the project; make somebody else an owner first.")
    return member

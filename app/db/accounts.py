"""Accounts, browser sessions, tokens and memberships."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, delete, func, or_, select
from sqlalchemy.orm import Session as Db

from app.db import projects
from app.db.models import Assignment, Cycle, Member, Project, Session, Token, User
from app.db.queue import with_cycle
from app.domain.enums import Role


def user_by_email(db: Db, email: str) -> User | None:
    """Return the account of an email address, whatever its case."""
    return db.scalar(select(User).where(User.email == email.strip().lower()))


def user_of_session(secret_hash: str) -> Select[User]:
    """Select the active account of a living browser session."""
    return (
        select(User)
        .join(Session)
        .where(Session.secret_hash == secret_hash, Session.expires_at > func.now(), User.active)
    )


def user_of_token(secret_hash: str) -> Select[User]:
    """Select the active account of a living API token."""
    alive = or_(Token.expires_at.is_(None), Token.expires_at > func.now())
    return select(User).join(Token).where(Token.secret_hash == secret_hash, alive, User.active)


def add_session(db: Db, user_id: UUID, secret_hash: str, expires_at: datetime) -> None:
    """Store a browser session, and drop this user's dead ones."""
    db.execute(delete(Session).where(Session.user_id == user_id, Session.expires_at <= func.now()))
    db.add(Session(user_id=user_id, secret_hash=secret_hash, expires_at=expires_at))


def end_session(db: Db, secret_hash: str) -> None:
    """Forget a browser session."""
    db.execute(delete(Session).where(Session.secret_hash == secret_hash))


def end_sessions_of(db: Db, user_id: UUID) -> None:
    """Forget all browser sessions of a user."""
    db.execute(delete(Session).where(Session.user_id == user_id))


def roles_of(db: Db, user_id: UUID) -> dict[UUID, Role]:
    """Return the user's role in each project that is not deleted."""
    query = select(Member.project_id, Member.role).join(Project, Project.id == Member.project_id)
    rows = db.execute(query.where(Member.user_id == user_id, projects.ALIVE))
    return dict(rows.tuples().all())


class Seen(NamedTuple):
    """A user before an object of a project; admins act as owners."""

    user: User
    found: Any
    project_id: UUID
    role: Role | None


def seen_by(db: Db, user: Select[User], kind: type[Any], key: UUID, *, deleted: bool = False) -> Seen | None:
    """Return who asks for an object, with the object; `deleted` shows those of deleted projects, too.

    One statement, because every request of a project begins with it. None where either is missing.
    """
    project_id = _project_id(kind)
    query = user.join(kind, kind.id == key).add_columns(kind, project_id, Member.role)
    if kind is Assignment:
        query = with_cycle(query)
    if kind is not Project:
        query = query.join(Project, Project.id == project_id)
    if not deleted:
        query = query.where(projects.ALIVE)
    mine = (Member.project_id == project_id) & (Member.user_id == User.id)
    row = db.execute(query.outerjoin(Member, mine)).one_or_none()
    if row is None:
        return None
    seen = Seen(*row)
    return seen._replace(role=Role.OWNER) if seen.user.is_admin else seen


def _project_id(kind: type[Any]) -> Any:
    if kind is Project:
        return Project.id
    return Cycle.project_id if kind is Assignment else kind.project_id


def tokens_of(user_id: UUID) -> Select[Token]:
    """Select a user's tokens."""
    return select(Token).where(Token.user_id == user_id)


def active_admins(db: Db) -> int:
    """Count the accounts that may administer."""
    return db.scalar(select(func.count()).select_from(User).where(User.is_admin, User.active)) or 0


def names(db: Db, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the names of people."""
    return dict(db.execute(select(User.id, User.name).where(User.id.in_(ids))).tuples().all())


def is_member(db: Db, project_id: UUID, user_id: UUID) -> bool:
    """Tell whether somebody is a member of a project."""
    return db.get(Member, (project_id, user_id)) is not None


def members(db: Db, project_id: UUID) -> list[tuple[Member, User]]:
    """Return a project's people, by name."""
    query = select(Member, User).join(User).where(Member.project_id == project_id)
    return [(m, u) for m, u in db.execute(query.order_by(User.name, User.id))]

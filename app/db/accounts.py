"""Accounts, browser sessions, tokens and memberships."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, String, Uuid, bindparam, delete, func, or_, select
from sqlalchemy.orm import Session as Db

from app.db import projects
from app.db.models import Assignment, Cycle, Member, Project, Session, Token, User
from app.db.queue import with_cycle
from app.db.seen import Secret, Shown
from app.domain.enums import Role


def user_by_email(db: Db, email: str) -> User | None:
    """Return the account of an email address, whatever its case."""
    return db.scalar(select(User).where(User.email == email.strip().lower()))


def user_of(db: Db, shown: Shown) -> User | None:
    """Return the active account of a living browser session, or of a living API token that is for enough."""
    return db.scalar(_who(shown.kind), _values(shown))


# What every request begins with is put together once: to do it each time costs more than the database's part.
@cache
def _who(kind: Secret) -> Select[User]:
    secret = bindparam("secret", type_=String)
    if kind is Secret.SESSION:
        query = select(User).join(Session).where(Session.secret_hash == secret, User.active)
        return query.where(Session.expires_at > func.now())
    alive = or_(Token.expires_at.is_(None), Token.expires_at > func.now())
    query = select(User).join(Token).where(Token.secret_hash == secret, User.active)
    return query.where(alive, Token.scope >= bindparam("needs", type_=Token.scope.type))


def _values(shown: Shown) -> dict[str, Any]:
    return {"secret": shown.fingerprint, "needs": shown.needs}


def add_session(db: Db, row: Session) -> None:
    """Store a browser session, and drop this user's dead ones."""
    db.execute(delete(Session).where(Session.user_id == row.user_id, Session.expires_at <= func.now()))
    db.add(row)


def sessions_of(user_id: UUID) -> Select[Session]:
    """Select a user's living browser sessions."""
    return select(Session).where(Session.user_id == user_id, Session.expires_at > func.now())


def end_session(db: Db, secret_hash: str) -> None:
    """Forget a browser session."""
    db.execute(delete(Session).where(Session.secret_hash == secret_hash))


def end_sessions_of(db: Db, user_id: UUID, *, but: str | None = None) -> None:
    """Forget all browser sessions of a user, but the one with this hash."""
    query = delete(Session).where(Session.user_id == user_id)
    db.execute(query if but is None else query.where(Session.secret_hash != but))


def roles_of(db: Db, user_id: UUID) -> dict[UUID, Role]:
    """Return the user's role in each project that is not deleted."""
    query = select(Member.project_id, Member.role).join(Project, Project.id == Member.project_id)
    rows = db.execute(query.where(Member.user_id == user_id, projects.ALIVE))
    return dict(rows.all())


class Seen(NamedTuple):
    """A user before an object of a project; admins act as owners."""

    user: User
    found: Any
    project_id: UUID
    role: Role | None


def seen_by(db: Db, shown: Shown, kind: type[Any], key: UUID, *, deleted: bool = False) -> Seen | None:
    """Return who asks for an object, with the object; `deleted` shows those of deleted projects, too.

    One statement, because every request of a project begins with it. None where either is missing.
    """
    query = _seen(shown.kind, kind, deleted)  # type: ignore[arg-type]  # mypy takes no class for hashable
    row = db.execute(query, _values(shown) | {"key": key}).one_or_none()
    if row is None:
        return None
    user, found, project_id, role = row
    seen = Seen(user, found, project_id, role)
    return seen._replace(role=Role.OWNER) if seen.user.is_admin else seen


@cache
def _seen(secret: Secret, kind: type[Any], deleted: bool) -> Select[Any]:
    project_id = _project_id(kind)
    query = _who(secret).join(kind, kind.id == bindparam("key", type_=Uuid))
    query = query.add_columns(kind, project_id, Member.role)
    if kind is Assignment:
        query = with_cycle(query)
    if kind is not Project:
        query = query.join(Project, Project.id == project_id)
    if not deleted:
        query = query.where(projects.ALIVE)
    mine = (Member.project_id == project_id) & (Member.user_id == User.id)
    return query.outerjoin(Member, mine)


def _project_id(kind: type[Any]) -> Any:
    if kind is Project:
        return Project.id
    return Cycle.project_id if kind is Assignment else kind.project_id


def tokens_of(user_id: UUID) -> Select[Token]:
    """Select a user's tokens."""
    return select(Token).where(Token.user_id == user_id)


def token_expiry(db: Db, secret_hash: str) -> datetime | None:
    """Return when a token expires; None if it does not."""
    return db.scalar(select(Token.expires_at).where(Token.secret_hash == secret_hash))


def active_admins(db: Db) -> int:
    """Count the accounts that may administer."""
    return db.scalar(select(func.count()).select_from(User).where(User.is_admin, User.active)) or 0


def names(db: Db, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the names of people."""
    return dict(db.execute(select(User.id, User.name).where(User.id.in_(ids))).all())


def is_member(db: Db, project_id: UUID, user_id: UUID) -> bool:
    """Tell whether somebody is a member of a project."""
    return db.get(Member, (project_id, user_id)) is not None


def members(db: Db, project_id: UUID) -> list[tuple[Member, User]]:
    """Return a project's people, by name."""
    query = select(Member, User).join(User).where(Member.project_id == project_id)
    return [(m, u) for m, u in db.execute(query.order_by(User.name, User.id))]

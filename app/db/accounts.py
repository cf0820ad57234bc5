"""Accounts, browser sessions, tokens and memberships."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, delete, func, or_, select
from sqlalchemy.orm import Session as Db

from app.db.models import Member, Session, Token, User
from app.domain.enums import Role


def user_by_email(db: Db, email: str) -> User | None:
    """Return the account of an email address, whatever its case."""
    return db.scalar(select(User).where(User.email == email.strip().lower()))


def user_of_session(db: Db, secret_hash: str) -> User | None:
    """Return the active account of a living browser session."""
    return db.scalar(
        select(User)
        .join(Session)
        .where(Session.secret_hash == secret_hash, Session.expires_at > func.now(), User.active)
    )


def user_of_token(db: Db, secret_hash: str) -> User | None:
    """Return the active account of a living API token."""
    alive = or_(Token.expires_at.is_(None), Token.expires_at > func.now())
    return db.scalar(select(User).join(Token).where(Token.secret_hash == secret_hash, alive, User.active))


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
    """Return the user's role in each project."""
    rows = db.execute(select(Member.project_id, Member.role).where(Member.user_id == user_id))
    return dict(rows.tuples().all())


def role_in(db: Db, user: User, project_id: UUID) -> Role | None:
    """Return the user's role in a project; admins act as owners."""
    if user.is_admin:
        return Role.OWNER
    return db.scalar(select(Member.role).where(Member.project_id == project_id, Member.user_id == user.id))


def tokens_of(user_id: UUID) -> Select[Token]:
    """Select a user's tokens."""
    return select(Token).where(Token.user_id == user_id)


def active_admins(db: Db) -> int:
    """Count the accounts that may administer."""
    return db.scalar(select(func.count()).select_from(User).where(User.is_admin, User.active)) or 0


def members(db: Db, project_id: UUID) -> list[tuple[Member, User]]:
    """Return a project's people, by name."""
    query = select(Member, User).join(User).where(Member.project_id == project_id)
    return [(m, u) for m, u in db.execute(query.order_by(User.name, User.id))]

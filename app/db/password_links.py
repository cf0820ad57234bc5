"""Links by which somebody sets a new password."""

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.db.models import PasswordLink, User


def by_secret(session: Session, secret_hash: str) -> tuple[PasswordLink, User] | None:
    """Return a link with whom it is for, locked: it works once. None where the account is not active."""
    row = session.execute(
        select(PasswordLink, User)
        .join(User)
        .where(PasswordLink.secret_hash == secret_hash, User.active)
        .with_for_update(of=PasswordLink)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def forget(session: Session, user_id: UUID) -> None:
    """Delete somebody's links."""
    session.execute(delete(PasswordLink).where(PasswordLink.user_id == user_id))


def forget_open(session: Session, user_id: UUID) -> None:
    """Delete those of somebody's links that were not used."""
    unused = PasswordLink.used_at.is_(None)
    session.execute(delete(PasswordLink).where(PasswordLink.user_id == user_id, unused))

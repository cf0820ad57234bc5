"""Failed tries to get in, counted over a short while."""

from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.db.models import Try

WINDOW = timedelta(minutes=15)


def recent(session: Session, key: str) -> int:
    """Count the failed tries of a key in the last quarter of an hour."""
    query = select(func.count()).where(Try.key == key, Try.created_at > func.now() - WINDOW)
    return session.scalar(query) or 0


def add(session: Session, keys: list[str]) -> None:
    """Count one failed try, and forget old ones of the same keys."""
    session.execute(delete(Try).where(Try.key.in_(keys), Try.created_at <= func.now() - WINDOW))
    session.add_all(Try(key=key) for key in keys)

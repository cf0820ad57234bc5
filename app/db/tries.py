"""Failed tries to get in, counted over a short while."""

from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.db.models import Try

WINDOW = timedelta(minutes=15)


def wait(session: Session, key: str, most: int) -> timedelta:
    """Return how long a key waits until it has failed less than `most` times in a quarter of an hour."""
    newest = select(Try.created_at).where(Try.key == key, Try.created_at > func.now() - WINDOW)
    over = newest.order_by(Try.created_at.desc()).offset(most - 1).limit(1).scalar_subquery()
    return session.scalar(select(over + WINDOW - func.now())) or timedelta(0)


def add(session: Session, keys: list[str]) -> None:
    """Count one failed try, and forget old ones of the same keys."""
    session.execute(delete(Try).where(Try.key.in_(keys), Try.created_at <= func.now() - WINDOW))
    session.add_all(Try(key=key) for key in keys)

"""Workers that live: each says so in the database, where every machine can see it."""

from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.db.models import WorkerHeartbeat

ALIVE = timedelta(seconds=30)


def beat(db: Session, name: str) -> None:
    """Say that the worker `name` lives, and forget those that are long gone."""
    row = insert(WorkerHeartbeat).values(name=name)
    db.execute(row.on_conflict_do_update(index_elements=[WorkerHeartbeat.name], set_={"beat_at": func.now()}))
    db.execute(delete(WorkerHeartbeat).where(WorkerHeartbeat.beat_at < func.now() - timedelta(days=1)))


def living_workers(db: Session) -> int:
    """Count the workers heard of lately."""
    query = select(func.count()).select_from(WorkerHeartbeat)
    return db.scalar(query.where(WorkerHeartbeat.beat_at > func.now() - ALIVE)) or 0

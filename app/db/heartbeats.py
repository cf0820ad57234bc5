"""Workers that live: each says so in the database, where every machine can see it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.db.models import WorkerHeartbeat

ALIVE = timedelta(seconds=30)


def beat(db: Session, name: str, gpus: Sequence[Mapping[str, str | int]] = ()) -> None:
    """Say that the worker `name` lives, with what its GPUs hold, and forget those that are long gone."""
    told = {"gpus": list(gpus)}
    row = insert(WorkerHeartbeat).values(name=name, **told)
    fresh = {"beat_at": func.now()} | told
    db.execute(row.on_conflict_do_update(index_elements=[WorkerHeartbeat.name], set_=fresh))
    db.execute(delete(WorkerHeartbeat).where(WorkerHeartbeat.beat_at < func.now() - timedelta(days=1)))


def living_workers(db: Session) -> int:
    """Count the workers heard of lately."""
    query = select(func.count()).select_from(WorkerHeartbeat)
    return db.scalar(query.where(WorkerHeartbeat.beat_at > func.now() - ALIVE)) or 0

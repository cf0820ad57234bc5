"""Liveness, readiness and metrics, for the machines that watch the service."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from pydantic import BaseModel
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.api.transaction import Work
from app.config import get_settings
from app.db.heartbeats import living_workers
from app.db.models import Image, Job, Label
from app.domain.errors import NotReady

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """The process answers."""

    status: str = "ok"


@router.get("/healthz")
def healthz() -> Health:
    """Tell that the process answers."""
    return Health()


@router.get("/readyz")
def readyz(work: Work) -> Health:
    """Tell whether database, broker and a worker can be reached; 503 names what is missing."""
    missing = [name for name, there in _parts(work.session).items() if not there]
    if missing:
        raise NotReady(f"Not ready: {', '.join(missing)}.", missing=missing)
    return Health()


def _parts(db: Session) -> dict[str, bool]:
    db.execute(text("SELECT 1"))
    return {"broker": _broker_answers(), "worker": living_workers(db) > 0}


def _broker_answers() -> bool:
    try:
        with Redis.from_url(get_settings().redis_url or "", socket_timeout=2) as client:
            return bool(client.ping())
    except (RedisError, ValueError):
        return False


@router.get("/metrics", response_class=Response)
def metrics(work: Work) -> Response:
    """Return Prometheus metrics of the whole deployment, read from the database."""
    db = work.session
    registry = CollectorRegistry()
    jobs = Gauge("nextbatch_jobs", "Jobs by kind and status", ["kind", "status"], registry=registry)
    for kind, status, count in db.execute(
        select(Job.kind, Job.status, func.count()).group_by(Job.kind, Job.status)
    ):
        jobs.labels(kind.value, status.value).set(count)
    images = Gauge("nextbatch_images", "Images by split", ["split"], registry=registry)
    for split, count in db.execute(select(Image.split, func.count()).group_by(Image.split)):
        images.labels(split.value).set(count)
    labels = Gauge("nextbatch_labels", "Accepted labels", registry=registry)
    labels.set(db.scalar(select(func.count()).select_from(Label)) or 0)
    Gauge("nextbatch_workers", "Living workers", registry=registry).set(living_workers(db))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

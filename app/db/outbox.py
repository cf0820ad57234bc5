"""Messages that follow a commit. The job row is the truth; losing a message loses only time."""

from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

import structlog
from celery import Celery
from kombu.exceptions import OperationalError
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.config import get_settings
from app.db.models import Job
from app.domain.tasks import QUEUE_OF, RUN_JOB

log = structlog.get_logger()


@lru_cache
def messenger() -> Celery:
    """Return a Celery client that knows task names only."""
    client = Celery("nextbatch", broker=get_settings().redis_url)
    client.conf.update(
        broker_connection_retry=False,
        broker_transport_options={
            "visibility_timeout": get_settings().visibility_timeout,
            "socket_connect_timeout": 2,
            "socket_timeout": 5,
            "max_retries": 1,
        },
        task_ignore_result=True,
    )
    return client


def send_jobs(session: Session, job_ids: Sequence[UUID]) -> None:
    """Send one message a job and note the time; a dead broker is logged, not raised."""
    for job in session.scalars(select(Job).where(Job.id.in_(job_ids))).all():
        try:
            messenger().send_task(RUN_JOB, args=[str(job.id)], queue=QUEUE_OF[job.kind].value, retry=False)
        except (OperationalError, OSError) as error:
            log.warning("message_not_sent", job=str(job.id), error=str(error))
            continue
        session.execute(update(Job).where(Job.id == job.id).values(sent_at=func.now()))
    session.commit()

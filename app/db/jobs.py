"""Jobs: one row, one piece of work. Every change of a running job names its fence."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session

from app.config import get_settings
from app.db import removal
from app.db.models import Job, User
from app.db.session import UnitOfWork
from app.domain.enums import JobKind, JobStatus
from app.domain.said import Said, Sentence
from app.logs import Ids, known_ids
from app.traces import spans


def enqueue(
    work: UnitOfWork, kind: JobKind, project_id: UUID, user_id: UUID | None, params: dict[str, Any]
) -> Job:
    """Add a job to this transaction; its message goes out after the commit."""
    # Whoever does it goes on with the trace, also if the message is lost: docs/decisions/0038.
    job = Job(project_id=project_id, user_id=user_id, kind=kind, params=params | spans.carried())
    job.request_id = known_ids().get("request_id")
    work.session.add(job)
    work.session.flush()
    work.jobs_to_send.append(job.id)
    return job


def of_project(project_id: UUID, statuses: Sequence[JobStatus]) -> Select[Job, str | None]:
    """Select a project's jobs, and the names of those who asked for them."""
    query = select(Job, User.name).outerjoin(User, User.id == Job.user_id).where(Job.project_id == project_id)
    return query.where(Job.status.in_(statuses)) if statuses else query


def all_of(session: Session, project_id: UUID) -> list[Job]:
    """Return all jobs of a project."""
    return list(session.scalars(select(Job).where(Job.project_id == project_id)))


def live(session: Session, project_id: UUID, kind: JobKind) -> Job | None:
    """Return a queued or running job of this kind."""
    alive = Job.status.in_((JobStatus.QUEUED, JobStatus.RUNNING))
    return session.scalar(select(Job).where(Job.project_id == project_id, Job.kind == kind, alive).limit(1))


def claim(session: Session, job_id: UUID) -> Job | None:
    """Take a queued job, with a new fence; `None` if somebody else has it or it is over."""
    removal.let_nobody_begin_removing(session)
    return session.scalar(
        update(Job)
        .where(Job.id == job_id, Job.status == JobStatus.QUEUED)
        .values(
            status=JobStatus.RUNNING,
            fence=Job.fence + 1,
            attempts=Job.attempts + 1,
            started_at=func.coalesce(Job.started_at, func.now()),
            heartbeat_at=func.now(),
            error=None,
            said={},
        )
        .returning(Job)
    )


def beat(session: Session, job_id: UUID, fence: int) -> bool | None:
    """Renew the heartbeat; returns whether to cancel, or `None` if the claim is lost."""
    return session.scalar(
        update(Job)
        .where(Job.id == job_id, Job.fence == fence, Job.status == JobStatus.RUNNING)
        .values(heartbeat_at=func.now())
        .returning(Job.cancel_requested)
    )


def tell(session: Session, job_id: UUID, fence: int, progress: float, *, message: str, said: Said) -> None:
    """Write progress (0..1), which is also a heartbeat."""
    values = {"progress": min(1.0, max(0.0, progress)), "message": message[:500], "said": said}
    session.execute(
        update(Job)
        .where(Job.id == job_id, Job.fence == fence, Job.status == JobStatus.RUNNING)
        .values(**values, heartbeat_at=func.now())
    )


def keep_checkpoint(session: Session, job_id: UUID, checkpoint: dict[str, Any]) -> None:
    """Write what the job's next attempt goes on from; together with a beat, which checks the claim."""
    session.execute(update(Job).where(Job.id == job_id).values(checkpoint=checkpoint))


def finish(
    session: Session,
    job_id: UUID,
    fence: int,
    status: JobStatus,
    *,
    result: dict[str, Any] | None = None,
    error: Sentence | None = None,
) -> bool:
    """End a running job; false if the claim is lost: the caller must then roll back."""
    values: dict[str, Any] = {"status": status, "finished_at": func.now()}
    values |= {
        "error": error and error["text"],
        "said": {"error": [error]} if error else {},
        "checkpoint": {},
    }
    if result is not None:
        values["result"] = result
    if status is JobStatus.SUCCEEDED:
        values |= {"progress": 1.0, "message": ""}
    done = session.scalar(
        update(Job)
        .where(Job.id == job_id, Job.fence == fence, Job.status == JobStatus.RUNNING)
        .values(values)
        .returning(Job.id)
    )
    return done is not None


def ids_of(job: Job) -> Ids:
    """Return what lines of logs say of the job that they belong to."""
    found = {"job_id": job.id, "project_id": job.project_id, "kind": job.kind.value}
    return found | ({"request_id": job.request_id} if job.request_id else {})


def lost_messages(session: Session, older_than: timedelta) -> list[Job]:
    """Return queued jobs whose message was never sent, or so long ago that it may be lost."""
    unsent = or_(Job.sent_at.is_(None), Job.sent_at < func.now() - older_than)
    waiting = Job.created_at < func.now() - timedelta(seconds=1)  # the request itself sends first
    query = select(Job).where(Job.status == JobStatus.QUEUED, unsent, waiting).order_by(Job.id)
    return list(session.scalars(query.limit(1000)))


def silent(session: Session, older_than: timedelta) -> list[Job]:
    """Return running jobs without a heartbeat, locked; their workers are gone."""
    query = select(Job).where(Job.status == JobStatus.RUNNING, Job.heartbeat_at < func.now() - older_than)
    return list(session.scalars(query.with_for_update(skip_locked=True).limit(100)))


def requeue(
    session: Session, job_id: UUID, fence: int, *, counts: bool, after: timedelta | None = None
) -> None:
    """Give a running job back for another worker, at once or after a time.

    `counts` says whether this start was an attempt.
    """
    # As if it had been sent so that its message is missed after that time.
    stale = timedelta(seconds=get_settings().stale_seconds)
    sent_at = None if after is None else func.now() + (after - stale)
    session.execute(
        update(Job)
        .where(Job.id == job_id, Job.fence == fence, Job.status == JobStatus.RUNNING)
        .values(status=JobStatus.QUEUED, sent_at=sent_at, attempts=Job.attempts - (0 if counts else 1))
    )


def with_uploads(session: Session, kept_for: timedelta) -> list[Job]:
    """Return imports and previews that go on, or that somebody may still confirm or retry."""
    kinds = Job.kind.in_((JobKind.IMPORT, JobKind.IMPORT_PREVIEW))
    wanted = Job.finished_at.is_(None) | (Job.finished_at > func.now() - kept_for)
    return list(session.scalars(select(Job).where(kinds, wanted)))

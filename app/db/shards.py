"""Shards of running jobs: who holds which, and what came of them. See docs/decisions/0033."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, literal, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.db.models import Job, JobShard
from app.domain.enums import JobKind, JobStatus

_GOES_ON = (Job.status == JobStatus.RUNNING) & ~Job.cancel_requested


@dataclass(frozen=True)
class Held:
    """A shard that somebody works at, under a fence."""

    job_id: UUID
    asked_sha256: str
    fence: int


@dataclass(frozen=True)
class State:
    """How far shards are: what came of those that are done, by what they asked for, and who did them."""

    results: dict[str, str]
    workers: frozenset[str]


def lay_out(session: Session, job_id: UUID, project_id: UUID, asked: Sequence[str]) -> list[str]:
    """Write the shards that a job asks for now, in their order; those that it has stay as they are.

    Returns what unfinished ones asked for that an earlier attempt left. They are removed: nobody wants them.
    """
    others = delete(JobShard).where(
        JobShard.job_id == job_id, ~JobShard.done, JobShard.asked_sha256.not_in(asked)
    )
    gone = list(session.scalars(others.returning(JobShard.asked_sha256)))
    rows = [
        {
            "job_id": job_id,
            "project_id": project_id,
            "asked_sha256": sha,
            "number": number,
            "fence": 0,
            "done": False,
        }
        for number, sha in enumerate(asked)
    ]
    session.execute(insert(JobShard).on_conflict_do_nothing(), rows)
    return gone


def take(
    session: Session, job_id: UUID, worker: str, silent_for: timedelta, *, most_tries: int | None = None
) -> Held | None:
    """Hold the next shard that nobody holds, or whose holder is silent; `None` if there is none.

    None either if the job ended, or shall. One that was tried `most_tries` times in vain is left to the job's
    own process.
    """
    waiting = _waiting(silent_for) & _GOES_ON
    if most_tries is not None:
        waiting &= JobShard.fence < most_tries
    next_one = (
        select(JobShard.asked_sha256)
        .join(Job, Job.id == JobShard.job_id)
        .where(JobShard.job_id == job_id, waiting)
        .order_by(JobShard.number)
        .limit(1)
        .with_for_update(of=JobShard, skip_locked=True)
    )
    held = session.execute(
        update(JobShard)
        .where(JobShard.job_id == job_id, JobShard.asked_sha256 == next_one.scalar_subquery())
        .values(worker=worker, beat_at=func.now(), fence=JobShard.fence + 1)
        .returning(JobShard.asked_sha256, JobShard.fence)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return Held(job_id, *held) if held else None


def beat(session: Session, held: Held) -> bool:
    """Say that the shard's holder lives; false if the shard is somebody else's by now, or its job ended."""
    goes_on = select(literal(1)).where(Job.id == held.job_id, _GOES_ON).exists()
    return _change(session, held, goes_on, beat_at=func.now())


def finish(session: Session, held: Held, result_sha256: str) -> bool:
    """Say which file holds the shard's results; false if the shard is somebody else's by now."""
    return _change(session, held, true(), result_sha256=result_sha256, done=True)


def release(session: Session, job_id: UUID, worker: str) -> None:
    """Let others have what a process held that is gone."""
    session.execute(
        update(JobShard)
        .where(JobShard.job_id == job_id, JobShard.worker == worker, ~JobShard.done)
        .values(worker=None, beat_at=None)
    )


def waiting_job(
    session: Session, kinds: Collection[JobKind], silent_for: timedelta, *, most_tries: int
) -> UUID | None:
    """Return the first running job of some kinds that has a shard nobody holds."""
    query = select(Job.id).join(JobShard, JobShard.job_id == Job.id).where(Job.kind.in_(kinds), _GOES_ON)
    query = query.where(_waiting(silent_for), JobShard.fence < most_tries)
    return session.scalar(query.order_by(Job.id).limit(1))


def state(session: Session, job_id: UUID, among: Collection[str]) -> State:
    """How far some shards of a job are, by what they ask for."""
    query = select(JobShard.asked_sha256, JobShard.result_sha256, JobShard.worker).where(
        JobShard.job_id == job_id, JobShard.asked_sha256.in_(among)
    )
    rows = session.execute(query).all()
    return State(
        {asked: result for asked, result, _ in rows if result is not None},
        frozenset(worker for _, _, worker in rows if worker is not None),
    )


def of_ended_jobs(session: Session, most: int) -> list[JobShard]:
    """Return shards of jobs that ended. The jobs are locked: none of them begins again meanwhile."""
    ended = Job.status.not_in((JobStatus.QUEUED, JobStatus.RUNNING))
    query = select(JobShard).join(Job, Job.id == JobShard.job_id).where(ended).limit(most)
    return list(session.scalars(query.with_for_update(skip_locked=True)))


def remove(session: Session, shards: Sequence[JobShard]) -> None:
    """Delete shards, whose files are gone."""
    for shard in shards:
        session.execute(
            delete(JobShard).where(
                JobShard.job_id == shard.job_id, JobShard.asked_sha256 == shard.asked_sha256
            )
        )


def _waiting(silent_for: timedelta) -> ColumnElement[bool]:
    unheld: ColumnElement[bool] = or_(JobShard.beat_at.is_(None), JobShard.beat_at < func.now() - silent_for)
    return ~JobShard.done & unheld


def _change(session: Session, held: Held, condition: ColumnElement[bool], **values: object) -> bool:
    mine = (JobShard.job_id == held.job_id) & (JobShard.asked_sha256 == held.asked_sha256)
    changed = session.scalar(
        update(JobShard)
        .where(mine, JobShard.fence == held.fence, ~JobShard.done, condition)
        .values(**values)
        .returning(JobShard.fence)
        .execution_options(synchronize_session=False)
    )
    return changed is not None

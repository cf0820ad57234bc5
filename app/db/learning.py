"""Pretext runs, their scores, cycles and task models."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.db.models import Cycle, Image, Job, Label, Model, PretextRun, PretextScore
from app.domain.enums import CycleState


@dataclass(frozen=True)
class BatchUse:
    """One pool batch, and how much of it is labelled."""

    number: int
    size: int
    labelled: int
    lowest_loss: float
    highest_loss: float


def runs(project_id: UUID) -> Select[PretextRun, Job]:
    """Select a project's pretext runs with their jobs."""
    return (
        select(PretextRun, Job)
        .join(Job, Job.id == PretextRun.job_id)
        .where(PretextRun.project_id == project_id)
    )


def latest_run(session: Session, project_id: UUID) -> PretextRun | None:
    """Return the pretext run that finished last: the one that new cycles follow."""
    query = select(PretextRun).where(PretextRun.project_id == project_id, PretextRun.finished_at.isnot(None))
    return session.scalar(query.order_by(PretextRun.finished_at.desc(), PretextRun.id.desc()).limit(1))


def batch_use(session: Session, run_id: UUID) -> list[BatchUse]:
    """Return the pool batches of a run with their labelled share."""
    query = (
        select(
            PretextScore.pool_batch,
            func.count(),
            func.count(Label.image_id),
            func.min(PretextScore.loss),
            func.max(PretextScore.loss),
        )
        .outerjoin(Label, Label.image_id == PretextScore.image_id)
        .where(PretextScore.pretext_run_id == run_id)
        .group_by(PretextScore.pool_batch)
        .order_by(PretextScore.pool_batch)
    )
    return [BatchUse(*row) for row in session.execute(query)]


def scores(run_id: UUID, pool_batch: int | None) -> Select[PretextScore]:
    """Select a run's scores."""
    query = select(PretextScore).where(PretextScore.pretext_run_id == run_id)
    return query if pool_batch is None else query.where(PretextScore.pool_batch == pool_batch)


def unlabelled_of_batch(
    session: Session, run_id: UUID, pool_batch: int | None
) -> list[tuple[UUID, str, float]]:
    """Return id, content hash and loss of a pool batch's unlabelled images, hardest first.

    `None` stands for all that remains of the run's pool.
    """
    query = (
        select(Image.id, Image.sha256, PretextScore.loss)
        .join(PretextScore, PretextScore.image_id == Image.id)
        .outerjoin(Label, Label.image_id == Image.id)
        .where(PretextScore.pretext_run_id == run_id, Label.image_id.is_(None))
        .order_by(PretextScore.loss.desc(), Image.id)
    )
    if pool_batch is not None:
        query = query.where(PretextScore.pool_batch == pool_batch)
    return [(i, sha, loss) for i, sha, loss in session.execute(query)]


def cycles(project_id: UUID) -> Select[Cycle, Model]:
    """Select a project's cycles with their task models."""
    return (
        select(Cycle, Model)
        .outerjoin(Model, Model.cycle_id == Cycle.id)
        .where(Cycle.project_id == project_id)
    )


def open_cycle(session: Session, project_id: UUID) -> Cycle | None:
    """Return the cycle that has not ended."""
    return session.scalar(select(Cycle).where(Cycle.project_id == project_id, Cycle.state != CycleState.DONE))


def last_cycle(session: Session, project_id: UUID) -> Cycle | None:
    """Return the cycle with the highest number."""
    query = select(Cycle).where(Cycle.project_id == project_id).order_by(Cycle.number.desc())
    return session.scalar(query.limit(1))


def cycles_of_run(session: Session, run_id: UUID) -> int:
    """Count the cycles that followed a run: the next one takes the pool batch after these."""
    query = select(func.count()).select_from(Cycle).where(Cycle.pretext_run_id == run_id)
    return session.scalar(query) or 0


def lock_cycle(session: Session, cycle_id: UUID) -> Cycle | None:
    """Return a cycle under its row's lock."""
    return session.scalar(select(Cycle).where(Cycle.id == cycle_id).with_for_update())


def latest_model(session: Session, project_id: UUID) -> Model | None:
    """Return the newest task model."""
    query = select(Model).where(Model.project_id == project_id).order_by(Model.id.desc())
    return session.scalar(query.limit(1))

"""Pretext runs, their scores, cycles and task models."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from app.db import classes, jobs, label_counts, tallies
from app.db.models import Class, Cycle, Job, Model, PretextRun
from app.db.session import UnitOfWork
from app.domain.enums import CycleState, JobKind, PoolScope
from app.domain.errors import NoPretextRun
from app.domain.moves import cycle_move
from app.domain.plans import Plan
from app.domain.project_settings import ProjectSettings
from app.domain.said import Sentence


def runs(project_id: UUID) -> Select[PretextRun, Job]:
    """Select a project's pretext runs with their jobs."""
    return (
        select(PretextRun, Job)
        .join(Job, Job.id == PretextRun.job_id)
        .where(PretextRun.project_id == project_id)
    )


def latest(project_id: UUID | ColumnElement[UUID]) -> Select[PretextRun]:
    """Select the pretext run that finished last: new cycles follow it, and images show what it says."""
    query = select(PretextRun).where(PretextRun.project_id == project_id, PretextRun.finished_at.isnot(None))
    return query.order_by(PretextRun.finished_at.desc(), PretextRun.id.desc()).limit(1)


def latest_run(session: Session, project_id: UUID) -> PretextRun | None:
    """Return the pretext run that finished last."""
    return session.scalar(latest(project_id))


def latest_run_id(project_id: UUID | ColumnElement[UUID]) -> Select[UUID]:
    """Select the id of the pretext run that finished last."""
    return latest(project_id).with_only_columns(PretextRun.id)


def run_for(session: Session, project_id: UUID, plan: Plan) -> PretextRun | None:
    """Return the pretext run that a cycle of a plan looks at; raises NoPretextRun if it needs one."""
    run = latest_run(session, project_id)
    fits = run is not None and run.task is plan.pretext_task
    if run is not None and plan.scope is PoolScope.POOL_BATCH:
        fits = fits and run.order is plan.order
    if fits or not plan.needs_pretext_run:
        return run if fits else None
    wanted = {"task": plan.pretext_task.value, "order": plan.order.value}
    if run is None:
        raise NoPretextRun("Start a pretext run first: it ranks the pool.", **wanted)
    raise NoPretextRun(
        f"The plan {plan.name} needs a pretext run of {plan.pretext_task.value}, {plan.order.value}; "
        f"the last one was {run.task.value}, {run.order.value}.",
        **wanted,
    )


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


def reliability(session: Session, project_id: UUID) -> dict[str, float]:
    """Return what the last cycle that weighed people estimated of each, by the person's id."""
    query = select(Cycle.reliability).where(Cycle.project_id == project_id, Cycle.reliability != {})
    return session.scalar(query.order_by(Cycle.number.desc()).limit(1)) or {}


def cycle_numbered(session: Session, project_id: UUID, number: int) -> Cycle | None:
    """Return the cycle of a number."""
    return session.scalar(select(Cycle).where(Cycle.project_id == project_id, Cycle.number == number))


def cycles_of_run(session: Session, run_id: UUID) -> int:
    """Count the cycles that took a pool batch of a run: the next one takes the pool batch after these."""
    by_batch = Cycle.plan["scope"].astext == PoolScope.POOL_BATCH.value
    query = select(func.count()).select_from(Cycle).where(Cycle.pretext_run_id == run_id, by_batch)
    return session.scalar(query) or 0


def lock_cycle(session: Session, cycle_id: UUID) -> Cycle | None:
    """Return a cycle under its row's lock, as it is now: what the session knew of it may be old."""
    query = select(Cycle).where(Cycle.id == cycle_id).with_for_update()
    return session.scalar(query, execution_options={"populate_existing": True})


def latest_model(session: Session, project_id: UUID) -> Model | None:
    """Return the newest task model."""
    query = select(Model).where(Model.project_id == project_id).order_by(Model.id.desc())
    return session.scalar(query.limit(1))


def told_by(session: Session, model: Model) -> list[Class | None]:
    """Return what each class that a model tells is now; None for those that were removed.

    A model that knows no ids tells its classes by the names that they had.
    """
    present = classes.present_of(session, model.project_id)
    if len(model.class_ids) == len(model.classes):
        return [present.get(UUID(told)) if told else None for told in model.class_ids]
    names = classes.named(session, model.project_id)
    return [present[names[name].id] if name in names else None for name in model.classes]


def models(session: Session, project_id: UUID) -> list[Model]:
    """Return a project's task models, the newest last."""
    return list(session.scalars(select(Model).where(Model.project_id == project_id).order_by(Model.id)))


def add_cycle(
    work: UnitOfWork,
    project_id: UUID,
    budget: int,
    plan: Plan,
    user_id: UUID | None,
    *,
    settings: ProjectSettings,
) -> tuple[Cycle, Job]:
    """Begin a project's next cycle with the job that queries for it; raises NoPretextRun.

    Overlap and label rule stay for the cycle what the settings say now.
    """
    run = run_for(work.session, project_id, plan)
    last = last_cycle(work.session, project_id)
    job = jobs.enqueue(work, JobKind.QUERY, project_id, user_id, {})
    cycle = Cycle(
        project_id=project_id,
        pretext_run_id=run.id if run else None,
        number=last.number + 1 if last else 1,
        budget=budget,
        overlap=settings.overlap,
        label_rule=settings.label_rule,
        plan=plan.model_dump(mode="json"),
        query_job_id=job.id,
    )
    work.session.add(cycle)
    work.session.flush()
    return cycle, job


def begin_training(work: UnitOfWork, cycle: Cycle, user_id: UUID | None) -> Job:
    """Close a locked cycle's labelling, count what came of it, and ask for its training."""
    cycle.state = cycle_move(cycle.state, CycleState.TRAINING)
    cycle.closed_at = func.now()
    job = jobs.enqueue(work, JobKind.TRAINING, cycle.project_id, user_id, {})
    cycle.training_job_id = job.id
    work.session.flush()
    tallies.keep(work.session, cycle.id)
    label_counts.add_of_cycle(work.session, cycle.id)
    return job


def cycle_of_job(session: Session, job_id: UUID) -> Cycle | None:
    """Return the cycle that waits for a job, under its row's lock."""
    of_job = or_(Cycle.query_job_id == job_id, Cycle.training_job_id == job_id)
    query = select(Cycle).where(of_job).with_for_update()
    return session.scalar(query, execution_options={"populate_existing": True})


def fail_cycle_of(session: Session, job: Job, reason: Sentence) -> None:
    """Let the cycle that waits for a failed or cancelled job fail with it."""
    cycle = cycle_of_job(session, job.id)
    if cycle and cycle.state in (CycleState.QUERYING, CycleState.TRAINING):
        cycle.failed_in, cycle.failure = cycle.state, reason["text"]
        cycle.said = {**cycle.said, "failure": [reason]}
        cycle.state = cycle_move(cycle.state, CycleState.FAILED)


def retry_cycle_of(session: Session, job: Job) -> None:
    """Bring the cycle that failed with a job back to where it failed."""
    cycle = cycle_of_job(session, job.id)
    if cycle and cycle.state is CycleState.FAILED and cycle.failed_in:
        cycle.state = cycle_move(cycle.state, cycle.failed_in)
        cycle.failed_in = cycle.failure = None
        cycle.said = {**cycle.said, "failure": []}


def model_of(session: Session, cycle_id: UUID) -> Model | None:
    """Return the task model that a cycle ended with."""
    return session.scalar(select(Model).where(Model.cycle_id == cycle_id))

"""Cycles: their beginning, their closing, and how they look."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import images, jobs, learning, projects, queue, tallies
from app.db.models import Cycle, Job, Model
from app.db.session import UnitOfWork
from app.domain.enums import CycleState, JobKind, QueueItemState, Split
from app.domain.errors import (
    CycleNotOpen,
    CycleRunning,
    Invalid,
    NoPretextRun,
    NothingToTrain,
    PoolEmpty,
)
from app.domain.plans import Plan, plan_named
from app.domain.plans.plan import ASK_THE_MODEL
from app.domain.project_settings import ProjectSettings
from app.schemas.learning import CycleCreate, CycleOut, ModelOut


def start(work: UnitOfWork, project_id: UUID, user_id: UUID, new: CycleCreate) -> tuple[Cycle, Job]:
    """Begin the next cycle; raises CycleRunning, NoPretextRun, PoolEmpty, Invalid."""
    db = work.session
    project = projects.lock(db, project_id)
    if not projects.classes(db, project_id):
        raise Invalid("The project has no classes to label with.", field="classes", why="no_classes")
    if running := learning.open_cycle(db, project_id):
        raise CycleRunning(
            f"Cycle {running.number} has not ended: it is {running.state}.",
            cycle=str(running.id),
            state=running.state,
        )
    settings = ProjectSettings.model_validate(project.settings)
    if new.overlap is not None:
        settings = settings.model_copy(update={"overlap": new.overlap})
    plan = _plan(new, settings)
    if plan.needs_pretext_run and jobs.live(db, project_id, JobKind.PRETEXT):
        raise NoPretextRun("A pretext run is going on; a cycle begun now would follow the old ranking.")
    if images.pool_size(db, project_id) == 0:
        raise PoolEmpty("Every image of the pool is labelled.")
    cycle, job = learning.add_cycle(work, project_id, new.budget, plan, user_id, settings=settings)
    db.refresh(cycle)
    db.refresh(job)
    return cycle, job


def _plan(new: CycleCreate, settings: ProjectSettings) -> Plan:
    """The plan of a new cycle: the request's or the project's, with the request's strategy in its place."""
    plan = settings.resolved_plan()
    if new.plan is not None:
        plan = plan_named(new.plan) if isinstance(new.plan, str) else new.plan
    if new.strategy is None:
        return plan
    first = plan.first if new.strategy in ASK_THE_MODEL else new.strategy
    return plan.model_copy(update={"first": first, "later": new.strategy})


def close(work: UnitOfWork, cycle_id: UUID, user_id: UUID) -> tuple[Cycle, Job]:
    """End labelling now and train; raises CycleNotOpen, NothingToTrain."""
    cycle = learning.lock_cycle(work.session, cycle_id)
    if cycle is None or cycle.state is not CycleState.LABELLING:
        raise CycleNotOpen("Only a cycle that is being labelled can be closed.")
    if not images.labelled_images(work.session, cycle.project_id, [Split.POOL]):
        raise NothingToTrain("There is no label to train on yet.")
    job = learning.begin_training(work, cycle, user_id)
    work.session.refresh(cycle)
    work.session.refresh(job)
    return cycle, job


def close_if_answered(work: UnitOfWork, cycle_id: UUID) -> None:
    """Begin the training of a cycle whose queue is answered, and settled where a reviewer decides.

    A transaction of its own, after the answer's commit: two people who give the last two answers at
    once would each still see the other's image open.
    """
    if queue.waits(work.session, cycle_id):
        return
    cycle = learning.lock_cycle(work.session, cycle_id)
    if cycle and cycle.state is CycleState.LABELLING and not queue.waits(work.session, cycle_id):
        learning.begin_training(work, cycle, None)


def outs(db: Session, rows: Sequence[tuple[Cycle, Model | None]]) -> list[CycleOut]:
    """Return cycles as the API shows them."""
    ids = [cycle.id for cycle, _ in rows]
    images_of, unsettled = tallies.of_cycles(db, ids, tallies.Part.IMAGES), queue.unsettled(db, ids)
    computed = {"answered", "skipped", "unsettled", "model"}
    return [
        CycleOut(
            **{name: getattr(cycle, name) for name in CycleOut.model_fields if name not in computed},
            answered=images_of[cycle.id].get(QueueItemState.ANSWERED, 0),
            skipped=images_of[cycle.id].get(QueueItemState.SKIPPED, 0),
            unsettled=unsettled.get(cycle.id, 0),
            model=model_out(model) if model else None,
        )
        for cycle, model in rows
    ]


def out(db: Session, cycle: Cycle) -> CycleOut:
    """Return one cycle as the API shows it."""
    return outs(db, [(cycle, learning.model_of(db, cycle.id))])[0]


def model_out(model: Model) -> ModelOut:
    """Return a task model as the API shows it."""
    # Models keep what they do not have as an empty object.
    marks = _given(model.metrics)
    of_sets = marks is not None and "mean_average_precision" in marks
    named = {"metrics": None if of_sets else marks, "set_metrics": marks if of_sets else None}
    fields = {name: _given(getattr(model, name)) for name in ModelOut.model_fields if name not in named}
    return ModelOut(**fields, **named)


def _given(value: Any) -> Any:
    return None if value == {} else value

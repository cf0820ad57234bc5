"""How long a cycle will still take."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import estimates, learning
from app.db.models import Job
from app.domain.enums import CycleState
from app.domain.pace import pace_of, training_time
from app.schemas.estimates import EstimateOut, LabellingEstimate

_TELLING = 0.2  # of a training: before that its speed says little


def estimate(db: Session, project_id: UUID) -> EstimateOut:
    """Tell when the open cycle will end, as far as the last answers and trainings say."""
    cycle = learning.open_cycle(db, project_id)
    now = datetime.now(UTC)
    times = estimates.training_times(db, project_id)
    labels = max((count for count, _ in times), default=0) + (cycle.queued if cycle else 0)
    training = training_time(times, labels)
    state = cycle.state if cycle else None
    waiting = estimates.open_answers(db, cycle.id) if cycle and state is CycleState.LABELLING else 0
    if cycle and state is CycleState.TRAINING and cycle.training_job_id:
        training = _left(db.get_one(Job, cycle.training_job_id), training, now)
    return EstimateOut(
        cycle_id=cycle.id if cycle else None,
        number=cycle.number if cycle else None,
        state=state,
        open_answers=waiting,
        labelling=_labelling(db, project_id, waiting, now) if waiting else None,
        training_seconds=training if cycle else None,
    )


def _labelling(db: Session, project_id: UUID, waiting: int, now: datetime) -> LabellingEstimate | None:
    pace = pace_of(estimates.answer_times(db, project_id), now)
    if pace is None:
        return None
    guess, low, high = pace.time_for(waiting)
    return LabellingEstimate(
        seconds=guess, low=low, high=high, answers=pace.answers, measured_seconds=pace.seconds
    )


def _left(job: Job, usual: float | None, now: datetime) -> float | None:
    """Seconds that a training still takes: by its own progress, or at first by that of others."""
    if job.started_at is None:
        return usual
    spent = (now - job.started_at).total_seconds()
    if job.progress >= _TELLING:
        return spent * (1 - job.progress) / job.progress
    return None if usual is None else max(0.0, usual - spent)

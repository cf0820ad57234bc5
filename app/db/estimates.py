"""What tells how long a cycle will still take."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db.models import Annotation, Cycle, Job, Model, QueueItem
from app.domain.enums import JobStatus, QueueItemState

_ANSWERS = 1000
_TRAININGS = 3


def answer_times(session: Session, project_id: UUID) -> list[datetime]:
    """Return when the last answers of a project came, the newest first; corrections are left out."""
    query = select(Annotation.created_at).where(Annotation.project_id == project_id, Annotation.revision == 1)
    return list(session.scalars(query.order_by(Annotation.id.desc()).limit(_ANSWERS)))


def open_answers(session: Session, cycle_id: UUID) -> int:
    """Count the answers that a cycle's queue still waits for."""
    left = func.sum(QueueItem.slots - func.cardinality(QueueItem.done_by))
    query = select(left).where(QueueItem.cycle_id == cycle_id, QueueItem.state == QueueItemState.OPEN)
    return int(session.scalar(query) or 0)


def training_times(session: Session, project_id: UUID) -> list[tuple[int, float]]:
    """Return the labels that a project's last trainings were of, and the seconds they took, newest first."""
    query = (
        select(Model.label_count, Job.started_at, Job.finished_at)
        .join(Cycle, Cycle.id == Model.cycle_id)
        .join(Job, Job.id == Cycle.training_job_id)
        .where(Cycle.project_id == project_id, Job.status == JobStatus.SUCCEEDED)
        .order_by(Job.id.desc())
        .limit(_TRAININGS)
    )
    rows = session.execute(query)
    return [(labels, (ended - begun).total_seconds()) for labels, begun, ended in rows if begun and ended]

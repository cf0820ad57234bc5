"""Jobs that shall not go on."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import learning
from app.db.models import Job, Project
from app.domain.enums import JobStatus
from app.domain.moves import job_move
from app.domain.said import CANCELLED


def cancel(session: Session, job: Job) -> None:
    """Cancel a locked job at once if it is queued, and ask a running one to stop; an ended one stays."""
    if job.status is JobStatus.QUEUED:
        job.status = job_move(job.status, JobStatus.CANCELLED)
        job.finished_at = func.now()
        learning.fail_cycle_of(session, job, CANCELLED)
    elif job.status is JobStatus.RUNNING:
        job.cancel_requested = True


def cancel_of_deleted(session: Session) -> None:
    """Cancel what is queued or runs in deleted projects."""
    query = (
        select(Job)
        .join(Project, Project.id == Job.project_id)
        .where(Job.status.in_((JobStatus.QUEUED, JobStatus.RUNNING)), ~Job.cancel_requested)
        .where(Project.deleted_at.isnot(None))
        .with_for_update(of=Job, skip_locked=True)
    )
    for job in session.scalars(query):
        cancel(session, job)

"""Jobs as people steer them."""

from sqlalchemy.orm import Session

from app.db import accounts, audit, cancellation, learning
from app.db.models import Job
from app.db.session import UnitOfWork
from app.domain.enums import AuditAction, JobStatus
from app.domain.errors import Conflict
from app.domain.moves import job_move
from app.schemas.jobs import JobListed, JobOut
from app.storage import uploads


class UploadGone(Conflict):
    """What was uploaded for the job is not there any more."""

    code = "upload_gone"


def _lock(db: Session, job: Job) -> None:
    db.refresh(job, with_for_update=True)


def cancel(db: Session, job: Job) -> Job:
    """Cancel a queued job at once, and ask a running one to stop; an ended one stays as it is."""
    _lock(db, job)
    if job.status in (JobStatus.QUEUED, JobStatus.RUNNING):
        _record(db, AuditAction.JOB_CANCELLED, job)
    cancellation.cancel(db, job)
    db.flush()
    db.refresh(job)
    return job


def retry(work: UnitOfWork, job: Job) -> Job:
    """Queue a failed or cancelled job again; raises IllegalMove for any other, and UploadGone."""
    _lock(work.session, job)
    files = job.params.get("files")
    if files is not None and (not files or not uploads.are_there(files)):
        raise UploadGone("What was uploaded for this import is not kept any more. Upload it again.")
    job.status = job_move(job.status, JobStatus.QUEUED)
    job.attempts, job.progress, job.message, job.said = 0, 0.0, "", {}
    job.error = job.finished_at = job.sent_at = None
    job.cancel_requested = False
    learning.retry_cycle_of(work.session, job)
    work.session.flush()
    _record(work.session, AuditAction.JOB_RETRIED, job)
    work.session.refresh(job)
    work.jobs_to_send.append(job.id)
    return job


def _record(db: Session, action: AuditAction, job: Job) -> None:
    audit.record(db, action, project_id=job.project_id, subject_id=job.id, after={"kind": job.kind.value})


def told(db: Session, job: Job) -> JobListed:
    """Return a single job as the API shows it."""
    asked_by = accounts.names(db, [job.user_id]).get(job.user_id) if job.user_id else None
    return listed(job, asked_by)


def listed(job: Job, asked_by: str | None) -> JobListed:
    """Return a job as the list shows it."""
    return JobListed(**dict(JobOut.model_validate(job)), asked_by=asked_by)

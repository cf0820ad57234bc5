"""How a job ends badly."""

from uuid import UUID

from app.db import jobs, learning
from app.db.models import Job
from app.db.session import unit_of_work
from app.domain.enums import JobStatus
from app.domain.said import Sentence


def fail(job_id: UUID, fence: int, reason: Sentence, status: JobStatus = JobStatus.FAILED) -> None:
    """End a job, and let the cycle that waits for it fail with it; nothing happens if the claim is lost."""
    with unit_of_work() as work:
        error = reason if status is JobStatus.FAILED else None
        if jobs.finish(work.session, job_id, fence, status, error=error):
            learning.fail_cycle_of(work.session, work.session.get_one(Job, job_id), reason)

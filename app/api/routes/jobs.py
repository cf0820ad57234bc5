"""Jobs."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from app.api.access import Annotator, InProject, Member
from app.api.paging import Cursor, Limit
from app.api.router import Router
from app.api.transaction import Work
from app.db import job_lines
from app.db import jobs as rows
from app.db.models import Job
from app.db.paging import read_page
from app.domain.enums import JobStatus, Role
from app.schemas.base import Page
from app.schemas.jobs import JobAccepted, JobListed, JobOut, LogLine, LogOut
from app.services import jobs

router = Router(tags=["jobs"])
OfJob = Annotated[Member, Depends(InProject(Role.ANNOTATOR, Job))]
EngineerOfJob = Annotated[Member, Depends(InProject(Role.ENGINEER, Job))]


@router.get("/projects/{project_id}/jobs")
def list_jobs(
    project_id: UUID,
    work: Work,
    _: Annotator,
    status: Annotated[list[JobStatus] | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[JobListed]:
    """List a project's jobs, newest first."""
    query = rows.of_project(project_id, status or [])
    found, after = read_page(work.session, query, [Job.id], cursor, limit, descending=True)
    return Page(items=[jobs.listed(job, name) for job, name, *_ in found], next_cursor=after)


@router.get("/jobs/{job_id}")
def get_job(job_id: UUID, work: Work, member: OfJob) -> JobListed:
    """Return a job's status and progress."""
    return jobs.told(work.session, member.found)


@router.get("/jobs/{job_id}/log")
def get_job_log(
    job_id: UUID,
    work: Work,
    _: EngineerOfJob,
    after: Annotated[int, Query(ge=0, lt=2**63, description="`number` of the last line that is known")] = 0,
    limit: Limit = 1000,
) -> LogOut:
    """Return a job's log, or what came to it after a line; a running job's can be followed so."""
    lines = job_lines.after(work.session, job_id, after, limit)
    return LogOut(items=[LogLine.model_validate(line) for line in lines])


@router.post("/jobs/{job_id}/cancellation")
def cancel_job(job_id: UUID, work: Work, member: EngineerOfJob) -> JobAccepted:
    """Stop a job; a running one stops within seconds."""
    return JobAccepted(job=JobOut.model_validate(jobs.cancel(work.session, member.found)))


@router.post("/jobs/{job_id}/retry", status_code=202)
def retry_job(job_id: UUID, work: Work, member: EngineerOfJob) -> JobAccepted:
    """Queue a failed or cancelled job again."""
    return JobAccepted(job=JobOut.model_validate(jobs.retry(work, member.found)))

"""Imports: asked for, previewed, confirmed or discarded; and the folders they may come from."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request
from starlette.concurrency import run_in_threadpool

from app.api.access import Engineer, InProject, Member
from app.api.router import Router
from app.api.transaction import Work
from app.api.uploads import BODY, read_import
from app.db.models import Job
from app.domain.enums import Role
from app.domain.storable import NoNul
from app.schemas.imports import FolderOut, ImportConfirmation
from app.schemas.jobs import JobAccepted, JobOut
from app.services import import_folders, imports

router = Router(tags=["images"])
OfJob = Annotated[Member, Depends(InProject(Role.ENGINEER, Job))]


@router.post("/projects/{project_id}/imports", status_code=202, openapi_extra=BODY)
async def import_images(project_id: UUID, request: Request, work: Work, member: Engineer) -> JobAccepted:
    """Import a zip, a folder on the server, or image files; with `preview`, only say what would happen."""
    # The upload may take minutes; no database connection waits for it.
    await run_in_threadpool(work.session.commit)
    job = await read_import(request, work, member)
    return JobAccepted(job=JobOut.model_validate(job))


@router.get("/projects/{project_id}/import-folders")
def list_import_folders(
    project_id: UUID, _: Engineer, path: Annotated[str | None, NoNul, Query(max_length=2000)] = None
) -> FolderOut:
    """List what lies in a folder of the server; without `path`, what may be imported from at all."""
    return import_folders.listing(path)


@router.post("/imports/{job_id}/confirmation", status_code=202)
def confirm_import(job_id: UUID, body: ImportConfirmation, work: Work, member: OfJob) -> JobAccepted:
    """Import what the preview with this job looked at."""
    job = imports.confirm(work, member.found, member.user, body)
    return JobAccepted(job=JobOut.model_validate(job))


@router.delete("/imports/{job_id}", status_code=204)
def discard_import(job_id: UUID, work: Work, member: OfJob) -> None:
    """Import nothing of what the preview with this job looked at, and remove the upload."""
    imports.discard(work, member.found)

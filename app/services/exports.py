"""Exports of the accepted labels."""

from uuid import UUID

from app.db import jobs
from app.db.models import Export, Job
from app.db.session import UnitOfWork
from app.domain.enums import JobKind
from app.domain.errors import Conflict
from app.schemas.exports import ExportCreate, ExportOut
from app.schemas.jobs import JobOut


class ExportNotReady(Conflict):
    """The export's file is not written yet."""

    code = "export_not_ready"


def start(work: UnitOfWork, project_id: UUID, user_id: UUID, new: ExportCreate) -> tuple[Export, Job]:
    """Ask for an export."""
    job = jobs.enqueue(work, JobKind.EXPORT, project_id, user_id, {})
    export = Export(project_id=project_id, job_id=job.id, format=new.format, images=new.images)
    work.session.add(export)
    work.session.flush()
    work.session.refresh(export)
    work.session.refresh(job)
    return export, job


def out(export: Export, job: Job) -> ExportOut:
    """Return an export as the API shows it."""
    fields = {name: getattr(export, name) for name in ExportOut.model_fields if name != "job"}
    return ExportOut(**fields, job=JobOut.model_validate(job))

"""Exports."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response
from sqlalchemy import select

from app.api.access import Engineer, InProject, Member
from app.api.bytes import RESPONSES, blob
from app.api.paging import Cursor, Limit
from app.api.router import Router
from app.api.transaction import Work
from app.db.models import Export, Job
from app.db.paging import read_page
from app.domain.enums import ExportFormat, Role
from app.schemas.base import Page
from app.schemas.exports import ExportAccepted, ExportCreate, ExportOut
from app.schemas.jobs import JobOut
from app.services import exports

router = Router(tags=["exports"])
OfExport = Annotated[Member, Depends(InProject(Role.ENGINEER, Export))]
MEDIA_TYPES = {
    ExportFormat.CSV: "text/csv",
    ExportFormat.JSONL: "application/jsonl",
    ExportFormat.PARQUET: "application/vnd.apache.parquet",
    ExportFormat.LABEL_STUDIO: "application/json",
    ExportFormat.ONNX: "application/octet-stream",
}


@router.post("/projects/{project_id}/exports", status_code=202)
def start_export(project_id: UUID, body: ExportCreate, work: Work, member: Engineer) -> ExportAccepted:
    """Write labels, and the images on request, or a task model into a file."""
    export, job = exports.start(work, project_id, member.user.id, body)
    return ExportAccepted(export=exports.out(export, job), job=JobOut.model_validate(job))


@router.get("/projects/{project_id}/exports")
def list_exports(
    project_id: UUID, work: Work, _: Engineer, cursor: Cursor = None, limit: Limit = 100
) -> Page[ExportOut]:
    """List exports, newest first."""
    query = select(Export, Job).join(Job, Job.id == Export.job_id).where(Export.project_id == project_id)
    found, after = read_page(work.session, query, [Export.id], cursor, limit, descending=True)
    return Page(items=[exports.out(export, job) for export, job, *_ in found], next_cursor=after)


@router.get("/exports/{export_id}")
def get_export(export_id: UUID, work: Work, member: OfExport) -> ExportOut:
    """Return an export."""
    return exports.out(member.found, work.session.get_one(Job, member.found.job_id))


@router.get("/exports/{export_id}/content", response_class=Response, responses=RESPONSES)
def get_export_content(export_id: UUID, request: Request, work: Work, member: OfExport) -> Response:
    """Return the file."""
    export: Export = member.found
    if export.sha256 is None:
        raise exports.ExportNotReady("The export is not finished.")
    media_type = "application/zip" if export.images else MEDIA_TYPES[export.format]
    return blob(request, export.sha256, media_type, exports.file_name(work.session, export))

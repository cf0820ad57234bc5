"""Exports."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from app.domain.enums import ExportFormat
from app.schemas.base import Body, Out
from app.schemas.jobs import JobOut


class ExportCreate(Body):
    """A new export of the accepted labels."""

    format: ExportFormat = ExportFormat.CSV
    images: bool = Field(False, description="add the image files: the export is then a zip")


class ExportOut(Out):
    """A file of labels."""

    id: UUID
    project_id: UUID
    format: ExportFormat
    images: bool
    rows: int | None
    created_at: datetime
    job: JobOut


class ExportAccepted(Out):
    """An export was accepted."""

    export: ExportOut
    job: JobOut

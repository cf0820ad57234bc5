"""Exports."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from app.domain.enums import ExportFormat
from app.schemas.base import Body, Out
from app.schemas.jobs import JobOut


class ExportCreate(Body):
    """A new export of the accepted labels, or of a task model."""

    format: ExportFormat = Field(ExportFormat.CSV, description="`onnx` exports a model, the others labels")
    images: bool = Field(
        False,
        description="labels: add the image files, and make a zip; `imagefolder` and `huggingface` always do",
    )
    model: UUID | None = Field(None, description="onnx: which task model")


class ExportOut(Out):
    """A file of labels, or of a task model."""

    id: UUID
    project_id: UUID
    model_id: UUID | None
    format: ExportFormat
    images: bool
    rows: int | None = Field(description="how many labels; null for a model")
    created_at: datetime
    job: JobOut


class ExportAccepted(Out):
    """An export was accepted."""

    export: ExportOut
    job: JobOut

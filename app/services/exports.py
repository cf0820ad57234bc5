"""Exports of the accepted labels, and of task models."""

import re
import unicodedata
from pathlib import PurePath
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import audit, jobs
from app.db.models import Cycle, Export, Job, Model, Project
from app.db.session import UnitOfWork
from app.domain.enums import AuditAction, ExportFormat, JobKind
from app.domain.errors import Conflict, Invalid, NotFound, WeightsRemoved
from app.schemas.exports import ExportCreate, ExportOut
from app.schemas.jobs import JobOut
from app.services import class_sets


class ExportNotReady(Conflict):
    """The export's file is not written yet."""

    code = "export_not_ready"


def start(work: UnitOfWork, project_id: UUID, user_id: UUID, new: ExportCreate) -> tuple[Export, Job]:
    """Ask for an export; raises Invalid, NotFound, WeightsRemoved."""
    _check(work.session, project_id, new)
    job = jobs.enqueue(work, JobKind.EXPORT, project_id, user_id, {})
    export = Export(
        project_id=project_id,
        job_id=job.id,
        format=new.format,
        images=new.images or new.format.of_images,
        model_id=new.model,
    )
    work.session.add(export)
    work.session.flush()
    audit.record(
        work.session,
        AuditAction.EXPORT_STARTED,
        project_id=project_id,
        subject_id=export.id,
        after={"format": new.format.value, "images": export.images},
    )
    work.session.refresh(export)
    work.session.refresh(job)
    return export, job


def _check(db: Session, project_id: UUID, new: ExportCreate) -> None:
    """Raise Invalid for fields that do not fit the format, NotFound for a model of another project.

    Or WeightsRemoved.
    """
    if not new.format.of_model:
        if new.model is not None:
            raise Invalid(f"The format {new.format} is one of labels, and takes no model.", field="model")
        if new.format is ExportFormat.IMAGEFOLDER:  # an image lies in one folder
            class_sets.refuse_sets(db.get_one(Project, project_id).task, "Exports as ImageFolder")
        return
    if new.model is None:
        raise Invalid(f"The format {new.format} needs a model.", field="model")
    if new.images:
        raise Invalid(f"The format {new.format} holds a model, and no images.", field="images")
    model = db.get(Model, new.model)
    if model is None or model.project_id != project_id:
        raise NotFound("There is no such model.")
    weights_of(model)


def weights_of(model: Model) -> str:
    """Return the content hash of a model's weights; raises WeightsRemoved."""
    if model.weights_sha256 is None:
        raise WeightsRemoved("The weights of this model were removed to save space.")
    return model.weights_sha256


def file_name(db: Session, export: Export) -> str:
    """What an export's file is called where it is downloaded."""
    if export.model_id is not None:
        return model_file_name(db, db.get_one(Model, export.model_id), export.format)
    return f"export-{export.id}{'.zip' if export.images else PurePath(export.format.file_name).suffix}"


def model_file_name(db: Session, model: Model, suffix: str) -> str:
    """What a task model's file is called where it is downloaded: `street-signs-cycle-3.onnx`."""
    project, cycle = db.get_one(Project, model.project_id), db.get_one(Cycle, model.cycle_id)
    plain = unicodedata.normalize("NFKD", project.name).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60] or "model"
    return f"{name}-cycle-{cycle.number}.{suffix}"


def out(export: Export, job: Job) -> ExportOut:
    """Return an export as the API shows it."""
    fields = {name: getattr(export, name) for name in ExportOut.model_fields if name != "job"}
    return ExportOut(**fields, job=JobOut.model_validate(job))

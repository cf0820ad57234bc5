"""Deleting a project, and bringing it back."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import audit, cancellation, jobs, projects, queue
from app.db.models import Job, Project
from app.domain.deletion import KEPT_FOR
from app.domain.enums import AuditAction, JobStatus
from app.domain.errors import NotFound
from app.services.labelling import give_back


def delete(db: Session, project_id: UUID) -> None:
    """Make a project gone for everybody: its jobs are cancelled and its leases end."""
    # Jobs first: their workers lock the job's row before the project's.
    going_on = jobs.of_project(project_id, [JobStatus.QUEUED, JobStatus.RUNNING])
    for job in db.scalars(going_on.with_for_update(of=Job)):
        cancellation.cancel(db, job)
    project = projects.lock(db, project_id)
    project.deleted_at = datetime.now(UTC)
    audit.record(
        db, AuditAction.PROJECT_DELETED, project_id=project_id, subject_id=project_id, name=project.name
    )
    for assignment, item in queue.held_in(db, project_id):
        give_back(assignment, item)
    db.flush()


def restore(db: Session, project_id: UUID) -> Project:
    """Bring a deleted project back; one that is there stays as it is. Raises NotFound when it is too late."""
    project = projects.lock(db, project_id)
    if project.deleted_at is not None and project.deleted_at <= datetime.now(UTC) - KEPT_FOR:
        raise NotFound("There is no such project.")
    if project.deleted_at is not None:
        audit.record(
            db, AuditAction.PROJECT_RESTORED, project_id=project_id, subject_id=project_id, name=project.name
        )
    project.deleted_at = None
    db.flush()
    return project

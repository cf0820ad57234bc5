"""Deleted projects whose time to be restored is over."""

import shutil
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import structlog

from app.config import get_settings
from app.db import audit, jobs, removal
from app.db.models import Job
from app.db.session import unit_of_work
from app.domain.deletion import KEPT_FOR
from app.domain.enums import AuditAction
from app.storage import uploads
from app.storage.blobs import blob_store

log = structlog.get_logger()
_IMAGES_AT_ONCE = 500  # jobs wait to begin while so many are removed

_FILES_AT_ONCE = 16


def remove_deleted() -> None:
    """Remove one bite of one project that nobody can restore; the next sweep goes on.

    Files go before the rows that name them, so that a crash leaves rows to go on from, and no files behind.
    """
    with unit_of_work() as work:
        db = work.session
        project = removal.overdue(db, KEPT_FOR)
        if project is None or not removal.may_remove(db):
            return
        removal.let_history_go(db, project.id)
        images = removal.some_images(db, project.id, _IMAGES_AT_ONCE)
        shas = list(images.values()) if images else removal.files_of(db, project.id)
        _remove_files(removal.without_others(db, project.id, shas))
        if images:
            removal.remove_images(db, list(images))
            return
        _remove_what_lies_here(project.id, jobs.all_of(db, project.id))
        db.delete(project)
        audit.record(
            db, AuditAction.PROJECT_REMOVED, project_id=project.id, subject_id=project.id, name=project.name
        )
        log.info("project_removed", project=str(project.id))


def _remove_what_lies_here(project_id: UUID, of_project: Iterable[Job]) -> None:
    data = get_settings().data_dir
    shutil.rmtree(data / "pixels" / str(project_id), ignore_errors=True)
    for job in of_project:
        (data / "checkpoints" / f"{job.id}.pt").unlink(missing_ok=True)
        uploads.remove(job.params.get("files", []))


def _remove_files(shas: Iterable[str]) -> None:
    store = blob_store()

    def remove(sha: str) -> None:
        store.delete_renditions(sha)
        store.delete(sha)

    with ThreadPoolExecutor(_FILES_AT_ONCE) as pool:  # a store in a bucket takes its time for each
        list(pool.map(remove, shas))

"""Deleted projects whose time to be restored is over."""

import shutil
from collections.abc import Iterable

import structlog

from app.config import get_settings
from app.db import removal
from app.db.session import unit_of_work
from app.domain.deletion import KEPT_FOR
from app.storage.blobs import BlobStore

log = structlog.get_logger()
_IMAGES_AT_ONCE = 500  # jobs wait to begin while so many are removed


def remove_deleted() -> None:
    """Remove one bite of one project that nobody can restore; the next sweep goes on.

    Files go before the rows that name them, so that a crash leaves rows to go on from, and no files behind.
    """
    with unit_of_work() as work:
        db = work.session
        project = removal.overdue(db, KEPT_FOR)
        if project is None or not removal.may_remove(db):
            return
        images = removal.some_images(db, project.id, _IMAGES_AT_ONCE)
        shas = list(images.values()) if images else removal.files_of(db, project.id)
        _remove_files(removal.without_others(db, project.id, shas))
        if images:
            removal.remove_images(db, list(images))
            return
        shutil.rmtree(get_settings().data_dir / "pixels" / str(project.id), ignore_errors=True)
        db.delete(project)
        log.info("project_removed", project=str(project.id))


def _remove_files(shas: Iterable[str]) -> None:
    store = BlobStore(str(get_settings().blob_root))
    for sha in shas:
        store.delete_renditions(sha)
        store.delete(sha)

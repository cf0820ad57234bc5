"""Imports: what was uploaded, or what lies where the server may read; previewed first, if asked for."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.db import jobs
from app.db.models import Job, User
from app.db.session import UnitOfWork
from app.domain.addresses import BUCKETS, parse, scheme_of
from app.domain.enums import ImportLabels, ImportMode, JobKind, JobStatus
from app.domain.errors import Conflict, Invalid
from app.schemas.imports import ImportConfirmation, ImportFromUri
from app.services.jobs import cancel
from app.storage import buckets, uploads
from app.storage.allowed import allowed_path, check_allowed, path_of


class PreviewNotReady(Conflict):
    """The preview has not succeeded, so that nobody knows what is confirmed."""

    code = "preview_not_ready"


class PreviewOver(Conflict):
    """The preview was confirmed or discarded already, or what it looked at is gone."""

    code = "preview_over"


def from_uri(work: UnitOfWork, project_id: UUID, user_id: UUID, asked: ImportFromUri) -> Job:
    """Ask for the import of what lies on the server, in a bucket or on the web.

    Raises NoAddress, OutsideImportRoots, AddressNotAllowed, LibraryMissing, Invalid.
    """
    if scheme_of(asked.uri) == "file":
        place = {"path": str(allowed_path(path_of(asked.uri)))}
    else:
        address = check_allowed(parse(asked.uri))
        if address.scheme in BUCKETS:
            buckets.check_library(address.scheme)
        place = {"address": str(address)}
    return _enqueue(work, project_id, user_id, [place], asked.labels, preview=asked.preview, mode=asked.mode)


def from_uploads(
    work: UnitOfWork,
    project_id: UUID,
    user_id: UUID,
    files: Sequence[tuple[str, str]],
    labels: ImportLabels,
    *,
    preview: bool,
) -> Job:
    """Ask for the import of uploads: pairs of a path below the data folder, and the uploader's name."""
    named = [{"upload": path, "name": name} for path, name in files]
    return _enqueue(work, project_id, user_id, named, labels, preview=preview)


def confirm(work: UnitOfWork, preview: Job, user: User, how: ImportConfirmation) -> Job:
    """Import what a preview looked at; raises PreviewNotReady, PreviewOver."""
    files = _open_files(work, preview)
    if preview.status is not JobStatus.SUCCEEDED:
        raise PreviewNotReady("The preview has to succeed first.", status=preview.status.value)
    if not uploads.are_there(files):
        raise PreviewOver("The upload was removed, because it waited for too long. Upload it again.")
    preview.params = preview.params | {"files": []}
    params = {"files": files, "labels": how.labels, "create_classes": how.create_classes}
    params["mode"] = preview.params.get("mode", ImportMode.COPY)
    return _ask(work, JobKind.IMPORT, preview.project_id, user.id, params)


def discard(work: UnitOfWork, preview: Job) -> None:
    """Import nothing, and forget what was uploaded; raises PreviewOver."""
    files = _open_files(work, preview)
    cancel(work.session, preview)
    preview.params = preview.params | {"files": []}
    work.session.flush()
    uploads.remove(files)


def _open_files(work: UnitOfWork, preview: Job) -> list[dict[str, str]]:
    """Return the files of a preview that waits for a word, under its lock."""
    if preview.kind is not JobKind.IMPORT_PREVIEW:
        raise Invalid("This job is no preview of an import.", field="job_id")
    work.session.refresh(preview, with_for_update=True)
    files: list[dict[str, str]] = preview.params["files"]
    if not files:
        raise PreviewOver("This import was confirmed or discarded already.")
    return files


def _enqueue(
    work: UnitOfWork,
    project_id: UUID,
    user_id: UUID,
    files: list[dict[str, str]],
    labels: ImportLabels,
    *,
    preview: bool,
    mode: ImportMode = ImportMode.COPY,
) -> Job:
    kind = JobKind.IMPORT_PREVIEW if preview else JobKind.IMPORT
    return _ask(work, kind, project_id, user_id, {"files": files, "labels": labels, "mode": mode})


def _ask(work: UnitOfWork, kind: JobKind, project_id: UUID, user_id: UUID, params: dict[str, Any]) -> Job:
    job = jobs.enqueue(work, kind, project_id, user_id, params)
    work.session.refresh(job)
    return job

"""Imports: what was uploaded, or what lies where the server may read."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

from app.config import get_settings
from app.db import jobs
from app.db.models import Job
from app.db.session import UnitOfWork
from app.domain.enums import ImportLabels, JobKind
from app.domain.errors import Invalid, NotSupported


class OutsideImportRoots(Invalid):
    """A `file://` import may only read below the configured roots."""

    code = "outside_import_roots"


def from_uri(work: UnitOfWork, project_id: UUID, user_id: UUID, uri: str, labels: ImportLabels) -> Job:
    """Ask for the import of a folder, zip or image on the server; raises NotSupported, OutsideImportRoots."""
    parts = urlsplit(uri)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        raise NotSupported("Only `file:///...` can be imported now.", field="uri")
    path = Path(unquote(parts.path)).resolve()
    roots = [root.resolve() for root in get_settings().import_roots]
    if not any(path.is_relative_to(root) for root in roots):
        raise OutsideImportRoots(
            "The path is not below a folder of NEXTBATCH_IMPORT_ROOTS.", roots=[str(root) for root in roots]
        )
    if not path.exists():
        raise Invalid("There is no such file or folder.", field="uri")
    return _enqueue(work, project_id, user_id, {"files": [{"path": str(path)}], "labels": labels})


def from_uploads(
    work: UnitOfWork, project_id: UUID, user_id: UUID, files: list[tuple[str, str]], labels: ImportLabels
) -> Job:
    """Ask for the import of uploads: pairs of a path below the data folder, and the uploader's name."""
    named = [{"upload": path, "name": name} for path, name in files]
    return _enqueue(work, project_id, user_id, {"files": named, "labels": labels})


def _enqueue(work: UnitOfWork, project_id: UUID, user_id: UUID, params: dict[str, Any]) -> Job:
    job = jobs.enqueue(work, JobKind.IMPORT, project_id, user_id, params)
    work.session.refresh(job)
    return job

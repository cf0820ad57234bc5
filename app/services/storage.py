"""What a project takes in the store."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import projects, removal
from app.schemas.projects import StorageOut
from app.storage.blobs import BlobStore, blob_store

_AT_ONCE = 16
# By the columns that name the files. Images are counted already, and are too many to be asked for one by one.
_COLUMNS = {
    "models": ("models.weights_sha256", "models.predictions_sha256"),
    "pretext_runs": ("pretext_runs.weights_sha256",),
    "features": ("pretext_runs.features_sha256",),
    "exports": ("exports.sha256",),
    "maps": ("maps.points_sha256",),
    "backtests": ("backtests.report_sha256", "backtests.page_sha256"),
}


def of_project(db: Session, project_id: UUID) -> StorageOut:
    """Tell how many bytes a project's files take, by what they are."""
    images = projects.image_counts(db, [project_id])[project_id].values()
    named = removal.named_files(db, project_id)
    sizes = {kind: _bytes(sha for one in columns for sha in named[one]) for kind, columns in _COLUMNS.items()}
    return StorageOut(images=sum(split.bytes for split in images), **sizes)


def _bytes(shas: Iterable[str]) -> int:
    with ThreadPoolExecutor(_AT_ONCE, "sizes") as pool:  # a bucket takes its time for each
        return sum(pool.map(_size, set(shas)))


def _size(sha: str) -> int:
    try:
        return _known_size(blob_store(), sha)
    except FileNotFoundError:
        return 0


@lru_cache(maxsize=65_536)
def _known_size(store: BlobStore, sha: str) -> int:
    """A file's size never changes, as its content does not; raises FileNotFoundError, which is not kept."""
    return store.size(sha)

"""Files of libraries that want a path, in the blob store."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from app.storage.blobs import blob_store

T = TypeVar("T")


def keep_file(write: Callable[[Path], None]) -> str:
    """Store the file that `write` makes at the path it is given; returns its SHA-256."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "blob"
        write(path)
        return blob_store().put_file(path)


def stored_file(sha256: str, read: Callable[[Path], T]) -> T:
    """Return what `read` makes of a stored file; raises FileNotFoundError, and what `read` raises."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "blob"
        path.write_bytes(blob_store().read(sha256))
        return read(path)

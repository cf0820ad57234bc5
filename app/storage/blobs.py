"""Files by content: each stored once under the SHA-256 of its bytes, with small pictures made from it.

Layout under the root: the blob at `ab/cd/<sha>`, its renditions at `ab/cd/<sha>.display.webp` and
`ab/cd/<sha>.thumb.webp`, unfinished writes in `tmp/`. The root is a local folder, or a URL of any
protocol fsspec knows. Nothing is ever visible half-written: on a disk, a write goes to `tmp/` and is renamed;
a bucket shows what is put there when it is whole.
"""

import hashlib
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Self, cast

from fsspec import AbstractFileSystem  # type: ignore[import-untyped]
from fsspec.core import url_to_fs  # type: ignore[import-untyped]
from fsspec.implementations.local import LocalFileSystem  # type: ignore[import-untyped]

from app.config import get_settings
from app.storage.batches import Batch, LocalBatch
from app.storage.buckets import as_os_errors, signed_url
from app.storage.disk import flush_folder
from app.storage.keys import RENDITIONS, UNFINISHED, RenditionName, blob_key, rendition_key
from app.storage.listing import Stored, stored_below

PARTS = 256
_CHUNK_BYTES = 1 << 20
_AT_ONCE = 16


class BlobStore:
    """A content-addressed store.

    Every method that takes a `sha` wants 64 lower-case hexadecimal digits and raises ValueError for
    anything else, so no caller's text can become a path. Failures of the storage itself are OSError.
    Safe to use from many threads and processes at once: writers of the same content write the same file.
    """

    def __init__(self, root: str) -> None:
        if "://" in root:
            fs, prefix = url_to_fs(root, use_listings_cache=False)
        else:  # a plain path is never parsed as a URL, whatever characters its folders hold
            fs, prefix = LocalFileSystem(), str(Path(root).expanduser().absolute())
        self._fs: AbstractFileSystem = fs
        self._prefix = str(prefix).rstrip("/")
        self._local: Path | None = Path(self._prefix or "/") if isinstance(fs, LocalFileSystem) else None

    def put(self, data: bytes) -> str:
        """Store `data` unless it is there already; its SHA-256 in hexadecimal."""
        sha = hashlib.sha256(data).hexdigest()
        if not self._holds(sha, len(data)):
            self._write(blob_key(sha), data, durable=True)
        return sha

    def batch(self) -> Batch:
        """Begin a batch of files, which cost less together than one by one."""
        return RemoteBatch(self) if self._local is None else LocalBatch(self._local)

    def put_file(self, path: Path) -> str:
        """Store the file at `path`, a mebibyte in memory at a time; its SHA-256."""
        if self._local is None:
            with path.open("rb") as source:
                sha = hashlib.file_digest(source, "sha256").hexdigest()
            if not self._holds(sha, path.stat().st_size):
                with as_os_errors():
                    self._fs.put_file(str(path), self._at(blob_key(sha)))
            return sha
        digest = hashlib.sha256()
        size = 0

        def chunks() -> Iterator[bytes]:
            nonlocal size
            with path.open("rb") as source:
                while chunk := source.read(_CHUNK_BYTES):
                    digest.update(chunk)
                    size += len(chunk)
                    yield chunk

        temporary = self._write_temporary(chunks())
        sha = digest.hexdigest()
        if self._holds(sha, size):
            self._remove(temporary)
        else:
            self._publish(temporary, blob_key(sha), durable=True)
        return sha

    def open(self, sha: str) -> BinaryIO:
        """The blob as a seekable binary file, which the caller closes. FileNotFoundError if absent."""
        return cast(BinaryIO, self._fs.open(self._at(blob_key(sha)), "rb"))

    def read(self, sha: str) -> bytes:
        """All bytes of the blob. FileNotFoundError if absent."""
        place = self._at(blob_key(sha))
        with as_os_errors(), self._fs.open(place, "rb") as file:
            return bytes(file.read())

    def read_part(self, sha: str, start: int, end: int) -> bytes:
        """The blob's bytes from `start` to before `end`. FileNotFoundError if absent."""
        return bytes(self._fs.cat_file(self._at(blob_key(sha)), start=start, end=end)) if start < end else b""

    def exists(self, sha: str) -> bool:
        """Whether the blob is stored."""
        return bool(self._fs.isfile(self._at(blob_key(sha))))

    def size(self, sha: str) -> int:
        """Bytes of the blob. FileNotFoundError if absent."""
        return int(self._fs.size(self._at(blob_key(sha))))

    def listed(self) -> Iterator[Stored]:
        """Every blob and rendition in the store, part by part, so that memory stays small."""
        for part in range(PARTS):
            yield from self.listed_in(part)

    def listed_in(self, part: int) -> Iterator[Stored]:
        """Every blob and rendition in one of the store's equal PARTS: those whose hash begins with a byte."""
        with suppress(FileNotFoundError):
            yield from stored_below(self._fs, self._at(f"{part:02x}"))

    def link(self, sha: str, name: RenditionName | None, media_type: str, seconds: int) -> str | None:
        """A URL at which anybody may read the blob, or its rendition, for so long; None on a disk.

        Nobody looks whether it is there. OSError if the keys at hand cannot sign.
        """
        key = blob_key(sha) if name is None else rendition_key(sha, name)
        return None if self._local is not None else signed_url(self._fs, self._at(key), media_type, seconds)

    def delete(self, sha: str) -> None:
        """Remove the blob, not its renditions; nothing happens if it is absent."""
        self._remove(blob_key(sha))

    def local_path(self, sha: str) -> Path | None:
        """Where the blob lies on this machine's disk; None if it is absent or the store is remote."""
        return self._local_file(blob_key(sha))

    def put_rendition(self, sha: str, name: RenditionName, data: bytes) -> None:
        """Store (or replace) a rendition of the blob `sha`. ValueError for an unknown name."""
        # Renditions can be made again, so they are not worth a second flush of the folder.
        self._write(rendition_key(sha, name), data, durable=False)

    def read_rendition(self, sha: str, name: RenditionName) -> bytes | None:
        """The rendition's bytes, or None if it was not made yet."""
        try:
            return bytes(self._fs.cat_file(self._at(rendition_key(sha, name))))
        except FileNotFoundError:
            return None

    def rendition_path(self, sha: str, name: RenditionName) -> Path | None:
        """Where the rendition lies on this machine's disk; None if it is absent or the store is remote."""
        return self._local_file(rendition_key(sha, name))

    def delete_renditions(self, sha: str) -> None:
        """Remove every rendition of the blob; absent ones are passed over."""
        for name in RENDITIONS:
            self._remove(rendition_key(sha, name))

    def try_writing(self) -> None:
        """Write a few bytes and remove them again. OSError if the store does not take them."""
        if self._local is not None:
            key = self._write_temporary([b"probe"])
        else:
            key = f"{UNFINISHED}/{uuid.uuid4().hex}"
            self._write(key, b"probe", durable=False)
        with as_os_errors():
            self._remove(key)

    def free_bytes(self) -> int | None:
        """Return the free space of the disk that the store is on; None for a bucket, which has no end."""
        if self._local is None:
            return None
        there = next(folder for folder in (self._local, *self._local.parents) if folder.exists())
        return shutil.disk_usage(there).free

    def clear_unfinished(self, older_than: float) -> None:
        """Remove what writers that were killed left behind, `older_than` seconds ago or more."""
        if self._local is None:
            return
        before = time.time() - older_than
        for path in (self._local / UNFINISHED).glob("*"):
            with suppress(FileNotFoundError):  # its writer ended just now
                if path.stat().st_mtime < before:
                    path.unlink()

    def _at(self, key: str) -> str:
        return f"{self._prefix}/{key}"

    def _holds(self, sha: str, size: int) -> bool:
        """Whether the blob is stored whole: a file cut short by a failing disk is written again."""
        place = self._at(blob_key(sha))
        try:
            with as_os_errors():
                return bool(self._fs.size(place) == size)
        except FileNotFoundError:
            return False

    def _local_file(self, key: str) -> Path | None:
        path = Path(self._at(key))
        return path if self._local is not None and path.is_file() else None

    def _remove(self, key: str) -> None:
        with suppress(FileNotFoundError):
            if self._local is not None:
                Path(self._at(key)).unlink()
            else:
                self._fs.rm_file(self._at(key))

    def _write(self, key: str, data: bytes, *, durable: bool) -> None:
        if self._local is None:
            with as_os_errors():
                self._fs.pipe_file(self._at(key), data)
            return
        self._publish(self._write_temporary([data]), key, durable=durable)

    def _write_temporary(self, chunks: Iterable[bytes]) -> str:
        """Write `chunks` to a new file in `tmp/`, flushed; its key. On error it is removed."""
        key = f"{UNFINISHED}/{uuid.uuid4().hex}"
        Path(self._at(UNFINISHED)).mkdir(parents=True, exist_ok=True)
        try:
            with self._fs.open(self._at(key), "wb") as file:
                for chunk in chunks:
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            self._remove(key)
            raise
        return key

    def _publish(self, temporary: str, key: str, *, durable: bool) -> None:
        """Give a finished temporary file its name, replacing what had it; `durable` survives a power cut."""
        try:
            target = Path(self._at(key))
            made = [folder for folder in target.parents if not folder.exists()]
            target.parent.mkdir(parents=True, exist_ok=True)
            Path(self._at(temporary)).replace(target)
        except BaseException:
            self._remove(temporary)
            raise
        if durable:
            for folder in [target.parent, *(new.parent for new in made)]:
                flush_folder(folder)


def blob_store() -> BlobStore:
    """Return this process's store, as it is set."""
    return _store(get_settings().blob_root)


@lru_cache
def _store(root: str) -> BlobStore:
    return BlobStore(root)


class RemoteBatch:
    """A batch for a store that is not on this machine: it goes out at once, many files at a time."""

    def __init__(self, store: BlobStore) -> None:
        self._store = store
        self._waiting: list[Callable[[], object]] = []

    def put(self, data: bytes) -> str:
        """Add a blob; its SHA-256 in hexadecimal."""
        self._waiting.append(lambda: self._store.put(data))
        return hashlib.sha256(data).hexdigest()

    def put_rendition(self, sha: str, name: RenditionName, data: bytes) -> None:
        """Add a rendition of the blob `sha`. ValueError for an unknown name."""
        rendition_key(sha, name)
        self._waiting.append(lambda: self._store.put_rendition(sha, name, data))

    def keep(self) -> None:
        """Send all that was added. Errors: OSError."""
        with ThreadPoolExecutor(_AT_ONCE, "blobs") as pool:
            for sent in [pool.submit(send) for send in self._waiting]:
                sent.result()
        self._waiting.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._waiting.clear()

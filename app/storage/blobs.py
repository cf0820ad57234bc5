"""Files by content: each stored once under the SHA-256 of its bytes, with small pictures made from it.

Layout under the root: the blob at `ab/cd/<sha>`, its renditions at `ab/cd/<sha>.display.webp` and
`ab/cd/<sha>.thumb.webp`, unfinished writes in `tmp/`. The root is a local folder, or a URL of any
protocol fsspec knows. Nothing is ever visible half-written: a write goes to `tmp/` and is renamed.
"""

import hashlib
import os
import re
import uuid
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Literal, cast

from fsspec import AbstractFileSystem  # type: ignore[import-untyped]
from fsspec.core import url_to_fs  # type: ignore[import-untyped]
from fsspec.implementations.local import LocalFileSystem  # type: ignore[import-untyped]

RenditionName = Literal["display", "thumb"]

_SHA = re.compile(r"[0-9a-f]{64}")
_RENDITIONS: tuple[RenditionName, ...] = ("display", "thumb")
_CHUNK_BYTES = 1 << 20


class BlobStore:
    """A content-addressed store.

    Every method that takes a `sha` wants 64 lower-case hexadecimal digits and raises ValueError for
    anything else, so no caller's text can become a path. Failures of the storage itself are OSError.
    Safe to use from many threads and processes at once: writers of the same content write the same file.
    """

    def __init__(self, root: str) -> None:
        if "://" in root:
            fs, prefix = url_to_fs(root)
        else:  # a plain path is never parsed as a URL, whatever characters its folders hold
            fs, prefix = LocalFileSystem(), str(Path(root).expanduser().absolute())
        self._fs: AbstractFileSystem = fs
        self._prefix = str(prefix).rstrip("/")
        self._local: Path | None = Path(self._prefix or "/") if isinstance(fs, LocalFileSystem) else None

    def put(self, data: bytes) -> str:
        """Store `data` unless it is there already; its SHA-256 in hexadecimal."""
        sha = hashlib.sha256(data).hexdigest()
        if not self._holds(sha, len(data)):
            self._write(_blob_key(sha), data, durable=True)
        return sha

    def put_file(self, path: Path) -> str:
        """Store the file at `path` in one pass, a mebibyte in memory at a time; its SHA-256."""
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
            self._publish(temporary, _blob_key(sha), durable=True)
        return sha

    def open(self, sha: str) -> BinaryIO:
        """The blob as a seekable binary file, which the caller closes. FileNotFoundError if absent."""
        return cast(BinaryIO, self._fs.open(self._at(_blob_key(sha)), "rb"))

    def read(self, sha: str) -> bytes:
        """All bytes of the blob. FileNotFoundError if absent."""
        with self.open(sha) as file:
            return file.read()

    def exists(self, sha: str) -> bool:
        """Whether the blob is stored."""
        return bool(self._fs.isfile(self._at(_blob_key(sha))))

    def delete(self, sha: str) -> None:
        """Remove the blob, not its renditions; nothing happens if it is absent."""
        self._remove(_blob_key(sha))

    def local_path(self, sha: str) -> Path | None:
        """Where the blob lies on this machine's disk; None if it is absent or the store is remote."""
        return self._local_file(_blob_key(sha))

    def put_rendition(self, sha: str, name: RenditionName, data: bytes) -> None:
        """Store (or replace) a rendition of the blob `sha`. ValueError for an unknown name."""
        # Renditions can be made again, so they are not worth a second flush of the folder.
        self._write(_rendition_key(sha, name), data, durable=False)

    def read_rendition(self, sha: str, name: RenditionName) -> bytes | None:
        """The rendition's bytes, or None if it was not made yet."""
        try:
            return bytes(self._fs.cat_file(self._at(_rendition_key(sha, name))))
        except FileNotFoundError:
            return None

    def rendition_path(self, sha: str, name: RenditionName) -> Path | None:
        """Where the rendition lies on this machine's disk; None if it is absent or the store is remote."""
        return self._local_file(_rendition_key(sha, name))

    def delete_renditions(self, sha: str) -> None:
        """Remove every rendition of the blob; absent ones are passed over."""
        for name in _RENDITIONS:
            self._remove(_rendition_key(sha, name))

    def _at(self, key: str) -> str:
        return f"{self._prefix}/{key}"

    def _holds(self, sha: str, size: int) -> bool:
        """Whether the blob is stored whole: a file cut short by a failing disk is written again."""
        try:
            return bool(self._fs.size(self._at(_blob_key(sha))) == size)
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
        self._publish(self._write_temporary([data]), key, durable=durable)

    def _write_temporary(self, chunks: Iterable[bytes]) -> str:
        """Write `chunks` to a new file in `tmp/` (flushed, if local); its key. On error it is removed."""
        key = f"tmp/{uuid.uuid4().hex}"
        if self._local is not None:
            Path(self._at("tmp")).mkdir(parents=True, exist_ok=True)
        try:
            with self._fs.open(self._at(key), "wb") as file:
                for chunk in chunks:
                    file.write(chunk)
                if self._local is not None:
                    file.flush()
                    os.fsync(file.fileno())
        except BaseException:
            self._remove(key)
            raise
        return key

    def _publish(self, temporary: str, key: str, *, durable: bool) -> None:
        """Give a finished temporary file its name, replacing what had it; `durable` survives a power cut."""
        try:
            if self._local is None:
                self._fs.mv(self._at(temporary), self._at(key))
                return
            target = Path(self._at(key))
            made = [folder for folder in target.parents if not folder.exists()]
            target.parent.mkdir(parents=True, exist_ok=True)
            Path(self._at(temporary)).replace(target)
        except BaseException:
            self._remove(temporary)
            raise
        if durable:
            for folder in [target.parent, *(new.parent for new in made)]:
                _flush_folder(folder)


def _flush_folder(folder: Path) -> None:
    """Make the names in `folder` survive a power cut, where the system lets a folder be opened."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _blob_key(sha: str) -> str:
    if not _SHA.fullmatch(sha):
        raise ValueError("not a SHA-256 in lower-case hexadecimal")
    return f"{sha[:2]}/{sha[2:4]}/{sha}"


def _rendition_key(sha: str, name: RenditionName) -> str:
    if name not in _RENDITIONS:
        raise ValueError("not the name of a rendition")
    return f"{_blob_key(sha)}.{name}.webp"

"""Many files that go into a store together."""

import hashlib
import os
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Protocol, Self

from app.storage.disk import flush_all
from app.storage.keys import UNFINISHED, RenditionName, blob_key, rendition_key


class Batch(Protocol):
    """Files on their way into a store: after `keep` all are there for good. Any thread may add.

    As a context it throws away at its end what was not kept.
    """

    def put(self, data: bytes) -> str:
        """Add a blob unless the store has it; its SHA-256 in hexadecimal."""

    def put_rendition(self, sha: str, name: RenditionName, data: bytes) -> None:
        """Add a rendition of the blob `sha`. ValueError for an unknown name."""

    def keep(self) -> None:
        """Make all that was added visible, and wait until it survives a power cut."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(self, *error: object) -> None:
        """Throw away what was not kept."""


class LocalBatch:
    """A batch for a store on a local disk: to wait for the disk takes as long for one file as for many.

    Nothing is visible before `keep`, and nothing is ever visible half-written: files get their names after
    their bytes are safe. Paths are text here, because a large import makes hundreds of thousands.
    """

    def __init__(self, root: Path) -> None:
        self._root = str(root)
        self._written: list[tuple[str, str]] = []  # where it lies, and where it will

    def put(self, data: bytes) -> str:
        """Add a blob unless the store has it whole; its SHA-256 in hexadecimal."""
        sha = hashlib.sha256(data).hexdigest()
        key = blob_key(sha)
        try:
            is_there = os.stat(f"{self._root}/{key}").st_size == len(data)
        except FileNotFoundError:
            is_there = False
        if not is_there:
            self._write(key, data)
        return sha

    def put_rendition(self, sha: str, name: RenditionName, data: bytes) -> None:
        """Add a rendition of the blob `sha`. ValueError for an unknown name."""
        self._write(rendition_key(sha, name), data)

    def keep(self) -> None:
        """Make all that was added visible, and wait until it survives a power cut. Errors: OSError."""
        if not self._written:
            return
        flush_all(self._root, [temporary for temporary, _ in self._written], [])
        folders: set[str] = set()
        while self._written:
            temporary, target = self._written[-1]
            folder = os.path.dirname(target)
            try:
                os.replace(temporary, target)
            except FileNotFoundError:
                os.makedirs(folder, exist_ok=True)
                os.replace(temporary, target)
                folders.add(os.path.dirname(folder))
            folders.add(folder)
            self._written.pop()
        flush_all(self._root, [], [*folders, self._root])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for temporary, _ in self._written:
            with suppress(FileNotFoundError):
                os.unlink(temporary)
        self._written.clear()

    def _write(self, key: str, data: bytes) -> None:
        temporary = f"{self._root}/{UNFINISHED}/{uuid.uuid4().hex}"
        # Noted first, so that a file whose writing fails is removed, too.
        self._written.append((temporary, f"{self._root}/{key}"))
        try:
            _create(temporary, data)
        except FileNotFoundError:
            os.makedirs(f"{self._root}/{UNFINISHED}", exist_ok=True)
            _create(temporary, data)


def _create(path: str, data: bytes) -> None:
    with open(path, "xb", buffering=0) as file:
        file.write(data)

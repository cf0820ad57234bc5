"""Decoded pixels at training resolution, in one append-only file that is read a minibatch at a time.

`pixels-32.bin` holds size * size * 3 bytes an image; line i of `index-32.txt` names the content hash of the
image in row i. A line is written only after its pixels are on disk, and every line is 65 bytes long, so a
half-written end of either file is recognised by its length, ignored by readers, and cut off by the next
writer.
"""

import fcntl
import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from workers.ml.data import Rows

Pixels = NDArray[np.uint8]

_SHA = re.compile(r"[0-9a-f]{64}")
_LINE = 65


class PixelCache:
    """uint8 RGB pixels by content SHA-256 (64 hex digits). Any number of processes may add and read at once.

    One object belongs to one thread at a time.
    """

    def __init__(self, folder: Path, size: int) -> None:
        self.size = size
        self._pixels = folder / f"pixels-{size}.bin"
        self._index = folder / f"index-{size}.txt"
        self._lock = folder / f"lock-{size}"
        self._record = size * size * 3
        self._rows: dict[str, int] = {}
        self._known = 0

    @classmethod
    def open(cls, folder: Path, size: int) -> "PixelCache":
        """The cache of `size` x `size` pixels in `folder`, made if it is not there. ValueError: size < 1."""
        if size < 1:
            raise ValueError(f"The size must be at least 1, not {size}.")
        folder.mkdir(parents=True, exist_ok=True)
        cache = cls(folder, size)
        cache._pixels.touch()
        cache._index.touch()
        cache._refresh()
        return cache

    def __len__(self) -> int:
        self._refresh()
        return self._known

    def missing(self, shas: Iterable[str]) -> list[str]:
        """Those of `shas` that are not here, each once, in their order."""
        self._refresh()
        return [sha for sha in dict.fromkeys(shas) if sha not in self._rows]

    def add(self, sha: str, pixels: Pixels) -> None:
        """Keep `pixels` (size, size, 3) under `sha`. Errors as `add_many`."""
        self.add_many([(sha, pixels)])

    def add_many(self, items: Iterable[tuple[str, Pixels]]) -> None:
        """Keep pairs of a hash and its uint8 pixels (size, size, 3); what is here already stays as it is.

        Raises ValueError for pixels of another shape or type and for a hash that is none, and then keeps
        none of the items.
        """
        fresh: dict[str, Pixels] = {}
        for sha, pixels in items:
            self._check(sha, pixels)
            fresh.setdefault(sha, pixels)
        with self._exclusive():
            self._refresh()
            self._repair()
            shas = [sha for sha in fresh if sha not in self._rows]
            if shas:
                _append(self._pixels, b"".join(fresh[sha].tobytes() for sha in shas))
                _append(self._index, "".join(f"{sha}\n" for sha in shas).encode())
                self._refresh()

    def rows(self, shas: Sequence[str]) -> Rows:
        """The rows of `shas`, for `minibatch`. Raises KeyError with the first hash that is not here."""
        if any(sha not in self._rows for sha in shas):
            self._refresh()
        return np.fromiter((self._rows[sha] for sha in shas), np.int64, len(shas))

    def minibatch(self, rows: Rows) -> Tensor:
        """The uint8 pixels (N, 3, size, size) of `rows`, channels_last; neighbours come in one read.

        Raises IndexError for a row that is not there, OSError if the file became shorter.
        """
        if len(rows) and (rows.min() < 0 or rows.max() >= self._known):
            raise IndexError(f"Rows must lie within 0..{self._known - 1}.")
        pixels: Pixels = np.empty((len(rows), self.size, self.size, 3), np.uint8)
        # Read, not mapped: of a mapped file all pages ever touched count as this process's memory.
        with self._pixels.open("rb", buffering=0) as file:
            for start, end in _runs(rows):
                got = os.preadv(file.fileno(), [pixels[start:end].data], int(rows[start]) * self._record)
                if got != (end - start) * self._record:
                    raise OSError(f"{self._pixels.name} ends within row {rows[start] + got // self._record}.")
        return torch.from_numpy(pixels).permute(0, 3, 1, 2)

    def view(self, shas: Sequence[str]) -> "CachedImages":
        """The images `shas`, in this order, as ImageData. Raises KeyError as `rows`."""
        return CachedImages(self, shas)

    def _check(self, sha: str, pixels: Pixels) -> None:
        if not _SHA.fullmatch(sha):
            raise ValueError(f"{sha!r} is not a SHA-256 in 64 lower-case hex digits.")
        if pixels.dtype != np.uint8 or pixels.shape != (self.size, self.size, 3):
            raise ValueError(
                f"Pixels must be uint8 ({self.size}, {self.size}, 3), not {pixels.dtype} {pixels.shape}."
            )

    def _whole(self) -> int:
        """How many rows have both a whole line and whole pixels."""
        # The index first: pixels are written before their lines, so this order never counts too many.
        lines = self._index.stat().st_size // _LINE
        return min(lines, self._pixels.stat().st_size // self._record)

    def _refresh(self) -> None:
        """Learn the rows that were added since the last look."""
        whole = self._whole()
        if whole < self._known:  # somebody emptied the folder under us
            self._rows, self._known = {}, 0
        if whole == self._known:
            return
        with self._index.open("rb") as file:
            file.seek(self._known * _LINE)
            text = file.read((whole - self._known) * _LINE).decode("ascii", "replace")
        for row, sha in enumerate(text.split("\n")[:-1], start=self._known):
            self._rows.setdefault(sha, row)
        self._known = whole

    def _repair(self) -> None:
        """Cut off what a writer that died has left half-done. Only under the lock: elsewhere it is news."""
        for path, size in ((self._index, self._known * _LINE), (self._pixels, self._known * self._record)):
            if path.stat().st_size != size:
                os.truncate(path, size)

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        """Alone among all processes and threads; the system frees the lock of a process that died."""
        with self._lock.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


class CachedImages:
    """Some images of a cache, in a given order: the ImageData of training and scoring."""

    def __init__(self, cache: PixelCache, shas: Sequence[str]) -> None:
        self._cache = cache
        self._rows = cache.rows(shas)
        self._fingerprint = hashlib.sha256("\n".join([str(cache.size), *shas]).encode()).hexdigest()

    def __len__(self) -> int:
        return len(self._rows)

    def minibatch(self, rows: Rows) -> Tensor:
        """The uint8 pixels (N, 3, size, size) of `rows` of this view, channels_last."""
        return self._cache.minibatch(self._rows[rows])

    def fingerprint(self) -> str:
        """The hash of the size and of all content hashes in their order."""
        return self._fingerprint


def _runs(rows: Rows) -> list[tuple[int, int]]:
    """From where to where in `rows` each row is the one after the last."""
    if len(rows) == 0:
        return []
    ends = np.append(np.flatnonzero(np.diff(rows) != 1) + 1, len(rows)).tolist()
    return list(zip([0, *ends], ends, strict=False))


def _append(path: Path, content: bytes) -> None:
    """Append, and wait until it is on disk."""
    with path.open("ab") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())

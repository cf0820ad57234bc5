"""Files of an import on their way: decoded on every core, in processes, and stored chunk by chunk.

Small files go through the decoders some together, because to send one takes as long as to decode it.
"""

import hashlib
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from app.db.imports import NewImage
from app.domain.enums import ImportLabels, ImportMode, Split
from app.storage.batches import Batch
from app.storage.blobs import blob_store
from workers.images.decode import BadImage
from workers.images.decoders.pictures import Picture, Renditions, pictures_of, weight
from workers.images.decoders.pool import Decoders
from workers.images.found import Rejected, SourceFile
from workers.pipelines.pixels import decoders

_CHUNK_FILES, _CHUNK_BYTES = 1024, 32 * 2**20
_GROUP_FILES, _GROUP_BYTES = 32, 2**20
_SPLITS = {"train": Split.POOL, "validation": Split.VALIDATION, "test": Split.TEST}


@dataclass(frozen=True)
class Prepared:
    """One image, stored and measured, on its way into the tables."""

    row: NewImage
    pixels: NDArray[np.uint8]


@dataclass(frozen=True)
class Chunk:
    """Some files on their way: `last` is the name of the last one. They are stored by the batch's `keep`."""

    batch: Batch
    groups: list[Future[list[Prepared | Rejected]]]
    last: str

    def prepared(self) -> list[Prepared | Rejected]:
        """Wait for all of its files; they are in their order."""
        return [item for group in self.groups for item in group.result()]


@dataclass(frozen=True)
class Ways:
    """How files are taken: what their folders say, whether their bytes are copied, and the pixels' side."""

    labels: ImportLabels
    mode: ImportMode
    size: int


def chunks(files: Iterator[SourceFile | Rejected], ways: Ways) -> Generator[Chunk, None, None]:
    """The files in chunks; each is handed out when work on the next has begun. Raises DoesNotStart.

    Closing it waits for what is under way, and throws away what was not kept.
    """
    with ExitStack() as unkept, decoders() as decoding, ThreadPoolExecutor(decoding.threads) as pool:
        before: Chunk | None = None
        while some := list(_at_most(files, _CHUNK_FILES, _CHUNK_BYTES, ways.size)):
            batch = unkept.enter_context(blob_store().batch())
            last, rest = some[-1].name, iter(some)
            groups: list[Future[list[Prepared | Rejected]]] = []
            while group := list(_at_most(rest, _GROUP_FILES, _GROUP_BYTES, ways.size)):
                groups.append(pool.submit(_prepare, group, ways, batch, decoding))
            del some, rest, group  # so that a file's bytes go when it is decoded
            if before is not None:
                yield before
            before = Chunk(batch, groups, last)
        if before is not None:
            yield before


def _at_most(
    files: Iterator[SourceFile | Rejected], count: int, most: int, size: int
) -> Iterator[SourceFile | Rejected]:
    """The next files: `count`, or fewer if they have more than `most` bytes with their pixels."""
    held = 0
    for file in islice(files, count):
        yield file
        held += weight(file.data, size) if isinstance(file, SourceFile) else 0
        if held > most:
            return


def _prepare(
    group: list[SourceFile | Rejected], ways: Ways, batch: Batch, decoding: Decoders
) -> list[Prepared | Rejected]:
    """Decode some files and add their renditions to the batch, and their bytes unless they are referenced."""
    files = [item for item in group if isinstance(item, SourceFile)]
    shas = [hashlib.sha256(file.data).hexdigest() for file in files]
    asked = [(file.data, _lacking(sha, ways.mode)) for file, sha in zip(files, shas, strict=True)]
    pictures = zip(files, shas, pictures_of(decoding, asked, ways.size), strict=True)
    return [item if isinstance(item, Rejected) else _stored(*next(pictures), ways, batch) for item in group]


def _lacking(sha: str, mode: ImportMode) -> Renditions:
    if blob_store().rendition_path(sha, "thumb") is not None:
        return "none"
    return "all" if mode is ImportMode.REFERENCE else "unless_own"


def _stored(
    item: SourceFile, sha: str, picture: Picture | BadImage, ways: Ways, batch: Batch
) -> Prepared | Rejected:
    if isinstance(picture, BadImage):
        return Rejected(item.name, picture.code, picture.reason)
    referenced = ways.mode is ImportMode.REFERENCE
    if not referenced:
        batch.put(item.data)
    for name, data in picture.renditions.items():
        batch.put_rendition(sha, name, data)
    split = {
        ImportLabels.IGNORE: Split.POOL,
        ImportLabels.USE: _SPLITS[item.split or "train"],
        ImportLabels.VALIDATION: Split.VALIDATION,
        ImportLabels.TEST: Split.TEST,
    }[ways.labels]
    row = NewImage(
        sha256=sha,
        filename=item.name,
        width=picture.width,
        height=picture.height,
        format=picture.format,
        bytes=len(item.data),
        split=split,
        classes=None if ways.labels is ImportLabels.IGNORE else item.classes,
        source_uri=item.uri if referenced else None,
        metadata=item.metadata,
    )
    return Prepared(row, picture.training)

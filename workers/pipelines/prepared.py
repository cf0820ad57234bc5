"""Files of an import on their way: decoded on every core, in processes, and stored chunk by chunk."""

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
from workers.images.decoders.pictures import picture_of
from workers.images.decoders.pool import Decoders
from workers.images.found import Rejected, SourceFile
from workers.pipelines.pixels import decoders

_CHUNK_FILES, _CHUNK_BYTES = 256, 16 * 2**20
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
    prepared: list[Future[Prepared | Rejected]]
    last: str


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
        while some := list(_some(files)):
            batch = unkept.enter_context(blob_store().batch())
            prepared = [pool.submit(_prepare, file, ways, batch, decoding) for file in some]
            if before is not None:
                yield before
            before = Chunk(batch, prepared, some[-1].name)
            del some  # so that a file's bytes go when it is decoded
        if before is not None:
            yield before


def _some(files: Iterator[SourceFile | Rejected]) -> Iterator[SourceFile | Rejected]:
    """The next files, as many as may be in memory at once."""
    held = 0
    for file in islice(files, _CHUNK_FILES):
        yield file
        held += len(file.data) if isinstance(file, SourceFile) else 0
        if held > _CHUNK_BYTES:
            return


def _prepare(
    item: SourceFile | Rejected, ways: Ways, batch: Batch, decoding: Decoders
) -> Prepared | Rejected:
    """Decode one file and add its renditions to the batch, and its bytes unless they are referenced."""
    if isinstance(item, Rejected):
        return item
    sha = hashlib.sha256(item.data).hexdigest()
    is_new = blob_store().rendition_path(sha, "thumb") is None
    try:
        picture = picture_of(decoding, item.data, ways.size, renditions=is_new)
    except BadImage as error:
        return Rejected(item.name, error.code, error.reason)
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

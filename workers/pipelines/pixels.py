"""The pixel cache of a project, filled from the stored images."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from app.config import get_settings
from app.db import images
from app.db.session import unit_of_work
from app.storage.blobs import blob_store
from app.storage.originals import read_original
from workers.images.decoders.pictures import picture_decoders, picture_of
from workers.images.decoders.pool import Decoders
from workers.images.fetching import in_order
from workers.images.limits import Limits
from workers.ml.data import ImageData, Progress
from workers.ml.device import usable_cores
from workers.ml.pixel_cache import PixelCache
from workers.ml.said import Said

_CHUNK = 256
_EXPECTED_BYTES = 2 * 2**20  # of an image that is not read yet


def limits() -> Limits:
    """Return what an import may ask of the machine, as set."""
    settings = get_settings()
    return Limits(
        file_bytes=settings.max_file_bytes,
        pixels=settings.max_pixels,
        entries=settings.max_import_files,
        total_bytes=settings.max_import_bytes,
        decode_seconds=settings.decode_seconds,
        decode_mib=settings.decode_mib,
    )


def decoders() -> Decoders:
    """Return processes that decode images within these limits, as many as there are cores; a context."""
    return picture_decoders(usable_cores(), limits())


def open_cache(project_id: UUID, size: int) -> PixelCache:
    """Return the project's cache of `size` x `size` pixels on this machine; a thread at a time may use it."""
    folder = get_settings().data_dir / "pixels" / str(project_id)
    if not folder.exists():  # new, or somebody cleared it under us
        _opened.cache_clear()
    return _opened(folder, size)


@lru_cache(maxsize=4)
def _opened(folder: Path, size: int) -> PixelCache:
    """Open a cache once in a process: it reads the names of all its images, and each shard asks for it."""
    return PixelCache.open(folder, size)


def cached_images(project_id: UUID, size: int, shas: Sequence[str], progress: Progress) -> ImageData:
    """Return the images `shas`, in this order; those not yet in the cache are decoded into it.

    Raises as `read_original`.
    """
    cache = open_cache(project_id, size)
    missing = cache.missing(shas)
    with decoders() as pool:
        for start in range(0, len(missing), _CHUNK):
            chunk = missing[start : start + _CHUNK]
            cache.add_many(_pixels(project_id, size, chunk, pool))
            done, total = start + len(chunk), len(missing)
            progress(done / total, Said("decoded", "{done} of {total} decoded", done=done, total=total))
    return cache.view(shas)


def _pixels(
    project_id: UUID, size: int, shas: Sequence[str], pool: Decoders
) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Images by content with their pixels: read several at once, decoded on every core."""
    with unit_of_work() as work:
        sources = images.sources(work.session, project_id, shas)

    def original(sha: str) -> tuple[str, bytes]:
        return sha, read_original(blob_store(), sha, sources.get(sha))

    def decoded(read: tuple[str, bytes]) -> tuple[str, NDArray[np.uint8]]:
        sha, data = read
        return sha, picture_of(pool, data, size).training

    originals = in_order(shas, original, lambda _: _EXPECTED_BYTES)
    return in_order(originals, decoded, lambda read: len(read[1]), pool.threads)

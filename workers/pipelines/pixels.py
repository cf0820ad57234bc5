"""The pixel cache of a project, filled from the stored images."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from app.config import get_settings
from app.storage.blobs import BlobStore
from workers.images.decode import decode
from workers.images.limits import Limits
from workers.images.renditions import training_pixels
from workers.ml.data import ImageData, Progress
from workers.ml.device import usable_cores
from workers.ml.pixel_cache import PixelCache
from workers.ml.said import Said

_CHUNK = 256


@lru_cache
def blob_store() -> BlobStore:
    """Return this process's store."""
    return BlobStore(str(get_settings().blob_root))


def limits() -> Limits:
    """Return what an import may ask of the machine, as set."""
    settings = get_settings()
    return Limits(
        file_bytes=settings.max_file_bytes,
        pixels=settings.max_pixels,
        entries=settings.max_import_files,
        total_bytes=settings.max_import_bytes,
    )


def open_cache(project_id: UUID, size: int) -> PixelCache:
    """Return the project's cache of `size` x `size` pixels on this machine."""
    return PixelCache.open(get_settings().data_dir / "pixels" / str(project_id), size)


def cached_images(project_id: UUID, size: int, shas: Sequence[str], progress: Progress) -> ImageData:
    """Return the images `shas`, in this order; those not yet in the cache are decoded into it."""
    cache = open_cache(project_id, size)
    missing = cache.missing(shas)

    def pixels(sha: str) -> tuple[str, NDArray[np.uint8]]:
        return sha, training_pixels(decode(blob_store().read(sha), limits()).image, size)

    with ThreadPoolExecutor(usable_cores()) as pool:
        for start in range(0, len(missing), _CHUNK):
            chunk = missing[start : start + _CHUNK]
            cache.add_many(pool.map(pixels, chunk))
            done, total = start + len(chunk), len(missing)
            progress(done / total, Said("decoded", "{done} of {total} decoded", done=done, total=total))
    return cache.view(shas)

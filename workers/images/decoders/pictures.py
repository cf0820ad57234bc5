"""Images through decoding processes: what `decode` and `renditions` make of them, and nothing else."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field, ValidationError

from app.storage.keys import RenditionName
from workers.images.decode import BadImage
from workers.images.decoders.pool import NONSENSE, Decoders, Refused
from workers.images.limits import Limits

_WORK = "workers.images.decoders.picture_work"


@dataclass(frozen=True)
class Picture:
    """What came of an image; `width`, `height` and `format` as of `Decoded`.

    `renditions`: its WebP files by name, if they were asked for. `training`: its pixels (size, size, 3),
    0..255, writable. `seconds`: of one core.
    """

    width: int
    height: int
    format: str
    renditions: dict[RenditionName, bytes]
    training: NDArray[np.uint8]
    seconds: float


class _Said(BaseModel):
    """What the process says; it may have been taken over by what it decoded."""

    width: int = Field(ge=1)
    height: int = Field(ge=1)
    format: Literal["JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF"]
    renditions: list[RenditionName]
    seconds: float = Field(ge=0)


def picture_decoders(count: int, limits: Limits) -> Decoders:
    """At most `count` processes for `picture_of`."""
    return Decoders(count, limits, _WORK)


def picture_of(decoders: Decoders, data: bytes, size: int, *, renditions: bool = False) -> Picture:
    """Decode `data` as `decode` does with `size`, and make training pixels of it, and perhaps renditions.

    Raises BadImage: beside the codes of `decode`, `decoder_crashed`, `too_slow` and `too_much_memory`.
    """
    limits = decoders.limits
    if len(data) > limits.file_bytes:  # not worth sending
        raise BadImage.too_large(limits)
    asked = {
        "file_bytes": limits.file_bytes,
        "pixels": limits.pixels,
        "size": size,
        "renditions": renditions,
    }
    try:
        said, parts = decoders.ask(asked, data)
    except Refused as error:
        raise BadImage(error.code, error.reason) from error
    try:
        told = _Said.model_validate(said)
        pixels = np.frombuffer(parts.pop(), np.uint8).reshape(size, size, 3)
        files = dict(zip(told.renditions, map(bytes, parts), strict=True))
    except (ValidationError, ValueError, IndexError) as error:
        raise BadImage("decoder_crashed", NONSENSE) from error
    return Picture(told.width, told.height, told.format, files, pixels, told.seconds)

"""Images through decoding processes: what `decode` and `renditions` make of them, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field, ValidationError

from app.storage.keys import RenditionName
from workers.images.decode import BadImage
from workers.images.decoders.pool import NONSENSE, Decoders, Refused
from workers.images.decoders.process import Answer, Question
from workers.images.limits import Limits

# `unless_own`: none of what is its own thumb (`app.storage.keys`).
Renditions = Literal["none", "all", "unless_own"]

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


def picture_of(decoders: Decoders, data: bytes, size: int, *, renditions: Renditions = "none") -> Picture:
    """Decode `data` as `decode` does with `size`, and make training pixels of it, and perhaps renditions.

    Raises BadImage: beside the codes of `decode`, `decoder_crashed`, `too_slow` and `too_much_memory`.
    """
    (found,) = pictures_of(decoders, [(data, renditions)], size)
    if isinstance(found, BadImage):
        raise found
    return found


def pictures_of(
    decoders: Decoders, files: Sequence[tuple[bytes, Renditions]], size: int
) -> list[Picture | BadImage]:
    """What `picture_of` returns or raises of each of some files; of each, which renditions to make.

    They go to one process, in one message: that is for files that are small together (`weight`).
    """
    limits = decoders.limits
    fitting = [len(data) <= limits.file_bytes for data, _ in files]  # others are not worth sending
    questions = [
        Question(_asked(limits, size, renditions=renditions), data)
        for (data, renditions), fits in zip(files, fitting, strict=True)
        if fits
    ]
    answers = iter(decoders.ask_together(questions) if questions else [])
    return [_picture(next(answers), size) if fits else BadImage.too_large(limits) for fits in fitting]


def weight(data: bytes, size: int) -> int:
    """Bytes that a file and its training pixels have in memory."""
    return len(data) + size * size * 3


def _asked(limits: Limits, size: int, *, renditions: Renditions) -> dict[str, Any]:
    return {
        "file_bytes": limits.file_bytes,
        "pixels": limits.pixels,
        "size": size,
        "renditions": renditions,
    }


def _picture(answer: Answer | Refused, size: int) -> Picture | BadImage:
    if isinstance(answer, Refused):
        return BadImage(answer.code, answer.reason)
    said, parts = answer
    try:
        told = _Said.model_validate(said)
        pixels = np.frombuffer(parts.pop(), np.uint8).reshape(size, size, 3)
        files = dict(zip(told.renditions, map(bytes, parts), strict=True))
    except (ValidationError, ValueError, IndexError):
        return BadImage("decoder_crashed", NONSENSE)
    return Picture(told.width, told.height, told.format, files, pixels, told.seconds)

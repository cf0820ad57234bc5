"""Bytes of unknown origin to an upright RGB image, or one exception that says why not."""

import math
import struct
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, UnidentifiedImageError

from workers.images.limits import Limits
from workers.images.renditions import DISPLAY_PIXELS

_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")
_BAND_PIXELS = 2**20
_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF", b"BM", b"II*\0", b"MM\0*", b"GIF8")
_EXIF_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = frozenset(_EXIF_TURNS[orientation] for orientation in (5, 6, 7, 8))


class BadImage(Exception):
    """The bytes are not an image this service takes: a `code` for programs and a `reason` for people.

    Codes: `not_an_image`, `corrupt`, `too_large`, `too_many_pixels`, `too_much_memory`.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason

    @classmethod
    def too_large(cls, limits: Limits) -> "BadImage":
        """The refusal of a file with more bytes than one may have."""
        return cls("too_large", f"The file is larger than {limits.file_bytes / 2**20:g} MiB.")


@dataclass
class Decoded:
    """An image as people see it: RGB, upright; `width` and `height` in pixels after turning it upright.

    `format` is what the content is (JPEG, PNG, WEBP, BMP, TIFF or GIF), whatever the file was called.
    """

    image: Image.Image
    width: int
    height: int
    format: str


def decode(data: bytes, limits: Limits, size: int | None = None) -> Decoded:
    """Decode `data`, sniffed by content; the first frame of an animation or of many pages.

    Grey, palette, CMYK and transparent images (laid over white) become RGB. 16-bit grey keeps its high
    byte. 32-bit integer grey within 0..65535 is taken as 16-bit. Float grey within 0..1, 0..255 or 0..65535
    is taken to span that range. Any other range is stretched from its least to its largest finite value.
    EXIF orientation is applied, and all metadata dropped. Pixels are counted before any is decoded.

    With `size`, the side of training images, a JPEG much larger than what is made of it is decoded at a half,
    a quarter or an eighth (Pillow's draft mode), which takes half the time: to no less than the longest side
    of a display rendition, and twice `size` on the shorter side. `width` and `height` stay those of the file.

    Raises BadImage, and nothing else.
    """
    if len(data) > limits.file_bytes:
        raise BadImage.too_large(limits)
    _lift_pillow_guard(limits)
    try:
        return _decode(data, limits, size)
    except BadImage:
        raise
    except UnidentifiedImageError as error:
        if data.startswith(_SIGNATURES):
            raise BadImage("corrupt", "The image is damaged or incomplete.") from error
        raise BadImage("not_an_image", "This is not a JPEG, PNG, WebP, BMP, TIFF or GIF image.") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadImage("too_many_pixels", "The image has more pixels than are decoded.") from error
    except MemoryError as error:
        reason = "Decoding takes more memory than is allowed for one file."
        raise BadImage("too_much_memory", reason) from error
    except Exception as error:  # decoders of hostile bytes raise anything; the caller needs one answer
        raise BadImage("corrupt", "The image is damaged or incomplete.") from error


def _lift_pillow_guard(limits: Limits) -> None:
    """Keep Pillow's own guard (a warning above it, an error above twice it) from firing below ours."""
    if Image.MAX_IMAGE_PIXELS is not None and limits.pixels > Image.MAX_IMAGE_PIXELS:
        Image.MAX_IMAGE_PIXELS = limits.pixels


def _decode(data: bytes, limits: Limits, size: int | None) -> Decoded:
    with Image.open(BytesIO(data), formats=_FORMATS) as opened:
        pixels = opened.width * opened.height
        if pixels > limits.pixels:
            raise BadImage(
                "too_many_pixels",
                f"The image has {pixels:,} pixels; the limit is {limits.pixels:,}.",
            )
        if pixels < 1:
            raise BadImage("corrupt", "The image has no pixels.")
        width, height = opened.size
        if size is not None:
            scale = max(DISPLAY_PIXELS / max(width, height), 2 * size / min(width, height))
            opened.draft(None, (math.ceil(width * scale), math.ceil(height * scale)))
        opened.load()
        # After loading: Pillow turns TIFFs by itself as they load, and then says so here.
        turn = _EXIF_TURNS.get(_orientation(opened))
        image = _rgb(opened)
        kind = "JPEG" if opened.format == "MPO" else str(opened.format)
    if turn is not None:
        image = image.transpose(turn)
        if turn in _SIDEWAYS:
            width, height = height, width
    image.info.clear()
    return Decoded(image, width, height, kind)


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 (upright) if there is none or the metadata is unreadable."""
    try:
        value = image.getexif().get(ExifTags.Base.Orientation, 1)
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, struct.error, Warning):
        return 1
    return value if isinstance(value, int) else 1


def _rgb(image: Image.Image) -> Image.Image:
    """A new 8-bit RGB image of what `image` shows over white."""
    if image.mode.startswith("I") or image.mode == "F":
        return _deep_grey(image)
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, rgba).convert("RGB")
    return image.convert("RGB")


def _deep_grey(image: Image.Image) -> Image.Image:
    """An image of more than 8 bits a pixel (modes `I;16*`, `I`, `F`) as RGB; ranges as `decode` says."""
    values: NDArray[Any] = np.asarray(image)
    if image.mode.startswith("I;16"):
        grey = (values >> 8).astype(np.uint8)
    else:
        grey = _scaled(values, is_float=image.mode == "F")
    key = image.info.get("transparency")
    if isinstance(key, int):  # PNG: one grey value stands for "see-through"
        grey[values == key] = 255
    return Image.fromarray(grey).convert("RGB")


def _scaled(values: NDArray[Any], *, is_float: bool) -> NDArray[np.uint8]:
    """Grey values (H, W) of 32 bits as 8 bits."""
    finite = np.isfinite(values)
    if not finite.any():
        return np.zeros(values.shape, np.uint8)
    low, high = float(values[finite].min()), float(values[finite].max())
    if not is_float and low >= 0 and high <= 65535:
        return (values >> 8).astype(np.uint8)
    spans = [span for span in (1.0, 255.0, 65535.0) if is_float and low >= 0 and high <= span]
    low, high = (0.0, spans[0]) if spans else (low, high)
    if low == high:
        return np.zeros(values.shape, np.uint8)
    scaled = np.empty(values.shape, np.uint8)
    step = max(1, _BAND_PIXELS // values.shape[1])  # numbers of 64 bits take much memory
    for top in range(0, len(values), step):
        # Halved first, so that the distance between two huge floats of opposite sign is still a float.
        unit = (values[top : top + step] / 2 - low / 2) / (high / 2 - low / 2)
        unit = np.nan_to_num(unit, nan=0.0, posinf=1.0, neginf=0.0)
        scaled[top : top + step] = (unit * 255 + 0.5).clip(0, 255).astype(np.uint8)
    return scaled

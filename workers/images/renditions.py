"""Smaller versions of an image: for the browser, and for training."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.storage.keys import THUMB_PIXELS, RenditionName

DISPLAY_PIXELS = 1600

_DISPLAY_QUALITY = 82
_THUMB_QUALITY = 75
# libwebp's effort, 0 to 6: photographs at 2 take half the time of 4 (measured), for some 4 % more bytes.
# Without loss 0 takes a tenth of the time of 4, for 7 to 11 % more bytes.
_LOSSY_METHOD, _LOSSLESS_METHOD = 2, 0
# Shrinking by whole factors first, then exactly: several times faster and, at 3, as good to the eye.
_REDUCING_GAP = 3.0


def renditions(image: Image.Image) -> dict[RenditionName, bytes]:
    """WebP files for the browser: `display`, longest side at most 1600 px, and `thumb`, at most 256 px.

    `image` is RGB. Nothing is enlarged. One that is no larger than a thumb is its own thumb, without loss,
    and has no display.
    Raises OSError or ValueError if Pillow cannot encode it.
    """
    if max(image.size) <= THUMB_PIXELS:
        return {"thumb": _webp(image, lossless=True, quality=_THUMB_QUALITY)}
    display = _fit(image, DISPLAY_PIXELS)
    return {
        "display": _webp(display, lossless=False, quality=_DISPLAY_QUALITY),
        "thumb": _webp(_fit(display, THUMB_PIXELS), lossless=False, quality=_THUMB_QUALITY),
    }


def training_pixels(image: Image.Image, size: int) -> NDArray[np.uint8]:
    """The centre square of an RGB `image`, resampled to `size` px: (size, size, 3), 0..255, writable.

    The same as resizing the shorter side to `size` and cropping the centre, but cropped first, so that a
    very long image costs no more than a square one. Bicubic and antialiased; smaller images are enlarged;
    if the shorter side is `size` already, pixels are copied unchanged. Raises ValueError if `size` < 1.
    """
    if size < 1:
        raise ValueError("size must be at least 1 pixel")
    width, height = image.size
    side = min(width, height)
    if side == size:
        left, top = (width - side) // 2, (height - side) // 2
        square = image.crop((left, top, left + side, top + side))
    else:
        x, y = (width - side) / 2, (height - side) / 2
        box = (x, y, x + side, y + side)
        square = image.resize((size, size), Image.Resampling.BICUBIC, box=box, reducing_gap=_REDUCING_GAP)
    return np.array(square, dtype=np.uint8)


def _fit(image: Image.Image, longest: int) -> Image.Image:
    """`image` made so small that its longest side has at most `longest` px, its shortest at least 1."""
    if max(image.size) <= longest:
        return image
    scale = longest / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.BICUBIC, reducing_gap=_REDUCING_GAP)


def _webp(image: Image.Image, *, lossless: bool, quality: int) -> bytes:
    buffer = BytesIO()
    method = _LOSSLESS_METHOD if lossless else _LOSSY_METHOD
    image.save(buffer, "WEBP", lossless=lossless, quality=quality, method=method)
    return buffer.getvalue()

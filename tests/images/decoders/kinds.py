"""An image of each kind that is taken, in every mode that Pillow writes there."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from PIL import ExifTags, Image

from tests.images.pictures import encode

_SIDEWAYS = Image.Exif()
_SIDEWAYS[ExifTags.Base.Orientation] = 6

_KINDS: list[tuple[str, str, dict[str, Any]]] = [
    ("L", "JPEG", {}),
    ("RGB", "JPEG", {"exif": _SIDEWAYS}),
    ("CMYK", "JPEG", {"progressive": True, "exif": _SIDEWAYS}),
    ("RGB", "MPO", {}),
    ("1", "PNG", {}),
    ("LA", "PNG", {}),
    ("RGBA", "PNG", {"exif": _SIDEWAYS}),
    ("P", "PNG", {"transparency": 3}),
    ("I;16", "PNG", {}),
    ("P", "GIF", {"transparency": 3}),
    ("RGB", "BMP", {}),
    ("I", "TIFF", {}),
    ("F", "TIFF", {}),
    ("RGBA", "TIFF", {"compression": "tiff_lzw", "exif": _SIDEWAYS}),
    ("CMYK", "TIFF", {"compression": "tiff_adobe_deflate"}),
    ("RGB", "TIFF", {"compression": "jpeg"}),
    ("RGB", "WEBP", {"exif": _SIDEWAYS}),
    ("RGBA", "WEBP", {"lossless": True, "method": 0, "exif": _SIDEWAYS}),
]


def kinds(width: int, height: int) -> Iterator[tuple[str, bytes]]:
    """A name and the bytes of each, with colours that run and a transparency that does."""
    rough = np.random.default_rng(0).integers(0, 256, (6, 8, 4), dtype=np.uint8)
    image = Image.fromarray(rough, "RGBA").resize((width, height), Image.Resampling.BICUBIC)
    for mode, kind, options in _KINDS:
        yield f"{mode} {kind}", encode(_in_mode(image, mode), kind, **options)


def _in_mode(image: Image.Image, mode: str) -> Image.Image:
    grey = np.asarray(image.convert("L"))
    if mode == "I;16":
        return Image.fromarray(grey.astype(np.uint16) * 257)
    if mode == "I":  # with a negative value, so that its range has to be looked for
        return Image.fromarray(grey.astype(np.int32) * 257 - 100)
    return image if mode == "RGBA" else image.convert("RGB").convert(mode)

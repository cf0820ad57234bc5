"""Small pictures and archives for the tests, made in memory."""

import struct
import warnings
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image


def encode(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def corner(mode: str = "RGB", size: tuple[int, int] = (32, 16)) -> Image.Image:
    """Black, with a white top left quarter."""
    image = Image.new("RGB", size)
    image.paste((255, 255, 255), (0, 0, size[0] // 2, size[1] // 2))
    return image.convert(mode)


def png(value: int = 0) -> bytes:
    return encode(Image.new("L", (8, 8), value), "PNG")


def png_claiming(width: int, height: int) -> bytes:
    """A PNG whose header promises a size that its few bytes of pixels do not hold."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    header = struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def pack(
    path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED
) -> Path:
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w", method) as archive:
        warnings.simplefilter("ignore")  # duplicate names are wanted
        for name, data in entries:
            archive.writestr(name, data)
    return path

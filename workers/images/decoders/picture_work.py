"""What a decoder of images does, in its process: see `pictures` for what is asked and said."""

import time
from io import BytesIO
from typing import Any

from PIL import Image

from app.storage.keys import is_its_own_thumb
from workers.images.decode import BadImage, decode
from workers.images.limits import Limits
from workers.images.renditions import renditions, training_pixels

Image.init()  # all of Pillow's modules: later no file can be opened
for _kind in ("JPEG", "MPO", "PNG", "WEBP", "BMP", "TIFF", "GIF"):
    _small = BytesIO()
    Image.new("RGB", (1, 1)).save(_small, _kind, exif=Image.Exif())
    decode(_small.getvalue(), Limits(), 1)


def work(asked: dict[str, Any], data: memoryview) -> tuple[dict[str, Any], list[bytes]]:
    """Decode an image and make of it what is asked for. Raises MemoryError."""
    begun = time.thread_time()
    limits = Limits(file_bytes=asked["file_bytes"], pixels=asked["pixels"])
    try:
        decoded = decode(bytes(data), limits, asked["size"])
    except BadImage as error:
        return {"refused": [error.code, error.reason]}, []
    own = is_its_own_thumb(decoded.format, decoded.width, decoded.height, len(data))
    wanted = asked["renditions"] == "all" or (asked["renditions"] == "unless_own" and not own)
    made = renditions(decoded.image) if wanted else {}
    pixels = training_pixels(decoded.image, asked["size"])
    said = {
        "width": decoded.width,
        "height": decoded.height,
        "format": decoded.format,
        "renditions": list(made),
        "seconds": time.thread_time() - begun,
    }
    return said, [*made.values(), pixels.tobytes()]

"""scikit-learn's digits as image files: real images that every clone has."""

import io
import zipfile
from functools import lru_cache
from pathlib import Path

from PIL import Image
from sklearn.datasets import load_digits


@lru_cache
def digits() -> list[tuple[bytes, str]]:
    """All 1,797 digits as PNG of 16 x 16 pixels, with their class; no two have the same bytes."""
    data = load_digits()
    found: dict[bytes, str] = {}
    for pixels, target in zip(data.images, data.target, strict=True):
        picture = Image.fromarray((pixels * 255 / 16).round().astype("uint8"))
        buffer = io.BytesIO()
        picture.resize((16, 16), Image.Resampling.BICUBIC).save(buffer, "PNG")
        found.setdefault(buffer.getvalue(), str(target))
    return list(found.items())


def zip_of(path: Path, entries: list[tuple[bytes, str]], prefix: str = "") -> Path:
    """A zip with one folder a class below `prefix`."""
    with zipfile.ZipFile(path, "w") as archive:
        for number, (data, label) in enumerate(entries):
            archive.writestr(f"{prefix}{label}/{number:05}.png", data)
    return path

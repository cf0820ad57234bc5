"""scikit-learn's digits as a labelled set: 1,797 scans of 8 x 8 pixels (Alpaydin and Kaynak 1998)."""

import hashlib
import random
from pathlib import Path

from PIL import Image
from sklearn.datasets import load_digits

from workers.backtest.labelled_set import Found
from workers.images.renditions import training_pixels
from workers.ml.pixel_cache import PixelCache

_TEST = 360


def digits(cache_folder: Path, size: int) -> list[Found]:
    """Put them into the cache; 360 are the test split."""
    cache, found, pixels = PixelCache.open(cache_folder, size), [], []
    scans = load_digits()
    for place, row in enumerate(random.Random(0).sample(range(len(scans.target)), len(scans.target))):
        grey = (scans.images[row] * 255 / 16).round().astype("uint8")
        # Equal scans of different rows stay different images: the row is part of what names them.
        sha = hashlib.sha256(f"{row}:".encode() + grey.tobytes()).hexdigest()
        pixels.append((sha, training_pixels(Image.fromarray(grey).convert("RGB"), size)))
        found.append(Found(sha, str(scans.target[row]), "test" if place < _TEST else "train"))
    cache.add_many(pixels)
    return found

"""The demo's images: scikit-learn's digits, or an ImageFolder tree of the user's own."""

import hashlib
import json
import random
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath

from PIL import Image

_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif"}
_TRAIN, _TEST = {"train", "training"}, {"test", "val", "valid", "validation"}


class NoImages(Exception):
    """The source holds no labelled images."""


@dataclass(frozen=True)
class Prepared:
    """Two zips: `pool` without labels, `test` in one folder a class; and what the pool's labels are."""

    pool: Path
    test: Path
    truth: Path
    classes: list[str]

    def labels(self) -> dict[str, str]:
        """Return the class of each pool image, by SHA-256."""
        found: dict[str, str] = json.loads(self.truth.read_text())
        return found


@dataclass(frozen=True)
class _Entry:
    name: str
    label: str
    split: str | None
    data: bytes


def prepare(source: Path | None, folder: Path) -> Prepared:
    """Write the zips into `folder`; `source` is an ImageFolder tree or a zip of one. Raises NoImages."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = _digits() if source is None else _zip(source) if source.is_file() else _tree(source)
    prepared = Prepared(folder / "pool.zip", folder / "test.zip", folder / "truth.json", [])
    truth: dict[str, str] = {}
    classes: set[str] = set()
    held_out = 0
    chance = random.Random(0)  # the same fifth each time
    with (
        zipfile.ZipFile(prepared.pool, "w", zipfile.ZIP_STORED) as pool,
        zipfile.ZipFile(prepared.test, "w", zipfile.ZIP_STORED) as test,
    ):
        for number, entry in enumerate(entries):
            classes.add(entry.label)
            suffix = PurePosixPath(entry.name).suffix.lower()
            if (entry.split or ("test" if chance.random() < 0.2 else "train")) == "test":
                test.writestr(f"test/{entry.label}/{number:06}{suffix}", entry.data)
                held_out += 1
            else:
                # The name must not tell the answer to whoever labels it.
                pool.writestr(f"{number:06}{suffix}", entry.data)
                truth[hashlib.sha256(entry.data).hexdigest()] = entry.label
    if not truth or not held_out:
        raise NoImages(f"{source} holds no images in folders named by class, for pool and test.")
    prepared.truth.write_text(json.dumps(truth))
    return Prepared(prepared.pool, prepared.test, prepared.truth, sorted(classes))


def _digits() -> Iterator[_Entry]:
    """1,797 scans of 8 x 8 pixels (Alpaydin and Kaynak 1998): 1,437 for the pool, 360 for the test."""
    from sklearn.datasets import load_digits  # noqa: PLC0415  # a second of import that only the demo needs

    digits = load_digits()
    order = random.Random(0).sample(range(1797), 1797)
    for place, row in enumerate(order):
        picture = Image.fromarray((digits.images[row] * 255 / 16).round().astype("uint8"))
        buffer = BytesIO()
        picture.resize((32, 32), Image.Resampling.BICUBIC).save(buffer, "PNG")
        split = "train" if place < 1437 else "test"
        yield _Entry(f"{row}.png", str(digits.target[row]), split, buffer.getvalue())


def _zip(source: Path) -> Iterator[_Entry]:
    with zipfile.ZipFile(source) as archive:
        names = [name for name in archive.namelist() if _is_image(name)]
        yield from _placed(names, archive.read)


def _tree(source: Path) -> Iterator[_Entry]:
    paths = sorted(path for path in source.rglob("*") if path.is_file())
    names = [path.relative_to(source).as_posix() for path in paths if _is_image(path.name)]
    yield from _placed(names, lambda name: (source / name).read_bytes())


def _placed(names: Iterable[str], read: Callable[[str], bytes]) -> Iterator[_Entry]:
    for name in names:
        folders = [part.lower() for part in PurePosixPath(name).parts[:-1]]
        if not folders or folders[-1] in _TRAIN | _TEST:
            continue  # no folder names its class
        split = "train" if _TRAIN.intersection(folders) else "test" if _TEST.intersection(folders) else None
        yield _Entry(name, PurePosixPath(name).parts[-2], split, read(name))


def _is_image(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in _SUFFIXES and "__MACOSX" not in name

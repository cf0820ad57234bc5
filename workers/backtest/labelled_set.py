"""The images of a backtest: decoded once, labelled, and split into pool, validation and test."""

import hashlib
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice, repeat
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.domain.backtest import BacktestConfig
from app.domain.errors import Invalid
from workers.images.decode import BadImage
from workers.images.decoders.pictures import picture_decoders, picture_of
from workers.images.decoders.pool import Decoders
from workers.images.found import Rejected, SourceFile
from workers.images.limits import Limits
from workers.images.sources import count_source, read_source
from workers.ml.data import ImageData, Progress, no_progress
from workers.ml.device import usable_cores
from workers.ml.pixel_cache import PixelCache
from workers.ml.said import Said

_CHUNK = 256


class NotBacktestable(Invalid):
    """The data cannot be replayed; the message says why."""

    code = "not_backtestable"


class BudgetBeyondPool(NotBacktestable):
    """One cycle asks for more labels than there are pool images."""

    code = "budget_beyond_pool"


@dataclass(frozen=True)
class Labelled:
    """Images by content hash, and the position of each one's class."""

    ids: list[str]
    labels: list[int]

    @property
    def truth(self) -> dict[str, int]:
        """The position of each image's class, by image."""
        return dict(zip(self.ids, self.labels, strict=True))


@dataclass(frozen=True)
class LabelledSet:
    """All that a backtest knows. `left_out` counts, by reason, the files that are no part of it."""

    name: str
    classes: list[str]
    pool: Labelled
    validation: Labelled
    test: Labelled
    cache_folder: Path
    image_size: int
    left_out: dict[str, int] = field(default_factory=dict)

    def images(self, ids: Sequence[str]) -> ImageData:
        """The pixels of `ids`, in this order. Each call opens the cache anew: one object, one thread."""
        return PixelCache.open(self.cache_folder, self.image_size).view(ids)


@dataclass(frozen=True)
class Found:
    """One labelled image: its content hash, the name of its class, and the split its place names."""

    sha: str
    label: str
    split: str | None


def read_labelled(
    source: Path, cache_folder: Path, size: int, limits: Limits, progress: Progress = no_progress
) -> tuple[list[Found], dict[str, int]]:
    """Decode an ImageFolder tree or zip into the cache; returns its labelled images and what was left out."""
    cache = PixelCache.open(cache_folder, size)
    total, done = max(1, count_source(source, limits)), 0
    found: list[Found] = []
    left_out: Counter[str] = Counter()

    def prepare(decoding: Decoders, item: SourceFile | Rejected) -> tuple[Found, NDArray[np.uint8]] | str:
        if isinstance(item, Rejected):
            return item.code
        if item.folder is None:
            return "no_label"
        try:
            pixels = picture_of(decoding, item.data, size).training
        except BadImage as error:
            return error.code
        return Found(hashlib.sha256(item.data).hexdigest(), item.folder, item.split), pixels

    files: Iterator[SourceFile | Rejected] = read_source(source, limits)
    with picture_decoders(usable_cores(), limits) as decoding, ThreadPoolExecutor(decoding.threads) as pool:
        while chunk := list(islice(files, _CHUNK)):
            prepared = list(pool.map(prepare, repeat(decoding), chunk))
            cache.add_many((item[0].sha, item[1]) for item in prepared if not isinstance(item, str))
            found += [item[0] for item in prepared if not isinstance(item, str)]
            left_out.update(item for item in prepared if isinstance(item, str))
            done += len(chunk)
            progress(min(1.0, done / total), Said("files", "{done} of {total} files", done=done, total=total))
    return found, dict(left_out)


def split_up(
    name: str,
    found: Sequence[Found],
    cache_folder: Path,
    size: int,
    *,
    seed: int,
    validation_share: float,
    imbalance: Sequence[int] | None = None,
    pool_limit: int | None = None,
    left_out: dict[str, int] | None = None,
) -> LabelledSet:
    """Pool, validation and test of `found`, no image in two of them.

    Where the source names no test split, a fifth is held out; where it names no validation split,
    `validation_share` of the rest is, at most 1,000 images: choices are made on it, never on the test.
    `imbalance` keeps so many pool images of each class (by name, repeated as needed). An image that stands
    twice counts where it comes first, test before validation before pool. Raises NotBacktestable.
    """
    counts = Counter(left_out or {})
    chance = random.Random(seed)
    ordered = sorted(found, key=lambda f: f.sha)  # the order of a zip must not matter
    chance.shuffle(ordered)
    named = {split: [f for f in ordered if f.split == split] for split in ("test", "validation")}
    rest = [f for f in ordered if f.split not in named]
    test = named["test"] or _take(rest, 0.2)
    rest = rest if named["test"] else rest[len(test) :]
    validation = named["validation"] or _take(rest, validation_share, most=1000)
    rest = rest if named["validation"] else rest[len(validation) :]
    seen: set[str] = set()
    test, validation, rest = (_unseen(part, seen, counts) for part in (test, validation, rest))
    classes = sorted({f.label for f in (*test, *validation, *rest)})
    if imbalance is not None:
        wanted = {label: imbalance[place % len(imbalance)] for place, label in enumerate(classes)}
        rest = _at_most(rest, wanted)
    rest = rest[:pool_limit]
    if not rest or not test or len(classes) < 2:
        raise NotBacktestable(
            f"{name} has {len(rest)} pool and {len(test)} test images of {len(classes)} classes; "
            "folders named by class are needed, as in train/cat/1.jpg."
        )
    place = {label: number for number, label in enumerate(classes)}

    def labelled(part: Sequence[Found]) -> Labelled:
        return Labelled([f.sha for f in part], [place[f.label] for f in part])

    return LabelledSet(
        name,
        classes,
        labelled(rest),
        labelled(validation),
        labelled(test),
        cache_folder,
        size,
        dict(counts),
    )


def _take(items: Sequence[Found], share: float, most: int | None = None) -> list[Found]:
    count = round(len(items) * share)
    return list(items[: count if most is None else min(count, most)])


def _unseen(items: Sequence[Found], seen: set[str], counts: Counter[str]) -> list[Found]:
    kept = []
    for item in items:
        if item.sha in seen:
            counts["duplicate"] += 1
        else:
            seen.add(item.sha)
            kept.append(item)
    return kept


def _at_most(items: Sequence[Found], wanted: dict[str, int]) -> list[Found]:
    left, kept = Counter(wanted), []
    for item in items:
        if left[item.label] > 0:
            left[item.label] -= 1
            kept.append(item)
    return kept


def set_of(
    config: BacktestConfig,
    name: str,
    found: Sequence[Found],
    cache_folder: Path,
    left_out: dict[str, int] | None = None,
) -> LabelledSet:
    """`split_up` as a backtest's config says; raises BudgetBeyondPool, too."""
    data = split_up(
        name,
        found,
        cache_folder,
        config.image_size,
        seed=config.first_seed,
        validation_share=config.validation_share,
        imbalance=config.imbalance,
        pool_limit=config.pool_limit,
        left_out=left_out,
    )
    pool = len(data.pool.ids)
    if config.budget > pool:
        raise BudgetBeyondPool(
            f"A budget of {config.budget:,} labels a cycle is more than the {pool:,} images of the pool.",
            budget=config.budget,
            pool=pool,
        )
    return data

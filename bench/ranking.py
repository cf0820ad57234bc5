"""Ranking and training against the bare network, and the memory of ranking a million images.

    .venv/bin/python bench/ranking.py             speed, against loops over tensors that are in memory already
    .venv/bin/python bench/ranking.py --million   the peak memory of ranking 1,000,000 images of 32 px
    .venv/bin/python bench/ranking.py --million 20000 --network tiny

Pools are synthetic and lie in a real pixel cache on disk. Measured and bare loops take turns in one process,
short ones, so that what else the machine does falls on both; each turn gives a ratio, and the median counts.
The bare loops have their images rotated, normalised and in minibatches beforehand.
"""

import argparse
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from rich.console import Console
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from workers.ml.backbones import BACKBONES, SmallCnn, new_classifier
from workers.ml.data import ImageData, no_progress
from workers.ml.device import normalise, place, tune
from workers.ml.pixel_cache import PixelCache
from workers.ml.pretext.rotation import Rotation, rotations
from workers.ml.pretext.scoring import pretext_losses
from workers.ml.ranking import pool_batch_boundaries, rank
from workers.ml.trainer import Recipe, Step, fit

PIXELS = 32
LIMIT_RANKING = 0.90
LIMIT_ONE_BY_ONE = 3.0
LIMIT_TRAINING = 0.85
LIMIT_MILLION_GIB = 2.0
CPU = torch.device("cpu")
console = Console(highlight=False)


@dataclass(frozen=True)
class Size:
    """How many images a network goes through in one turn, and in what minibatches, to take about a second."""

    network: str
    scored: int
    minibatch: int
    trained: int
    trained_minibatch: int
    rounds: int


SIZES = [Size("small_cnn", 1024, 256, 512, 64, 21), Size("resnet18_small", 32, 16, 32, 16, 7)]


def report(what: str, images: int, mine: list[float], theirs: list[float], limit: float | None) -> bool:
    """Print how many times as fast `mine` was, by the seconds of turns taken in pairs."""
    ratio = statistics.median(other / own for own, other in zip(mine, theirs, strict=True))
    speeds = [images / statistics.median(times) for times in (mine, theirs)]
    wanted = "no limit     " if limit is None else f"at least {limit:.2f}"
    console.print(
        f"{what:<42}{ratio:7.2f}  {wanted}  {speeds[0]:6.0f} and {speeds[1]:.0f} images/s", soft_wrap=True
    )
    return limit is None or ratio >= limit


def turns(rounds: int, *loops: Callable[[], float]) -> list[list[float]]:
    """The seconds of each of `loops`, turn by turn, after a first turn that does not count."""
    taken = [[loop() for loop in loops] for _ in range(rounds + 1)]
    return [list(times) for times in zip(*taken[1:], strict=True)]


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def shas(count: int) -> list[str]:
    return [f"{number:064x}" for number in range(count)]


def pool(folder: Path, count: int) -> ImageData:
    """Noise in a cache on disk."""
    cache, names = PixelCache.open(folder, PIXELS), shas(count)
    noise = np.random.default_rng(0).integers(0, 256, (count, PIXELS, PIXELS, 3), np.uint8)
    cache.add_many(zip(names, noise, strict=True))
    return cache.view(names)


def in_memory(data: ImageData, count: int, minibatch: int, *, turned: bool) -> list[Tensor]:
    """Normalised minibatches, and all their rotations if `turned`."""
    parts = [np.arange(start, min(start + minibatch, count)) for start in range(0, count, minibatch)]
    images = [normalise(data.minibatch(part), CPU) for part in parts]
    return [rotations(x) for x in images] if turned else images


class Part:
    """The first images of a pool, as ImageData."""

    def __init__(self, data: ImageData, count: int) -> None:
        self._data, self._count = data, count

    def __len__(self) -> int:
        return self._count

    def minibatch(self, rows: Any) -> Tensor:
        return self._data.minibatch(rows)

    def fingerprint(self) -> str:
        return f"{self._count} of {self._data.fingerprint()}"


class OneByOne(Dataset[list[Tensor]]):
    """Each image in its four rotations, normalised, as the public PT4AL code's RotationLoader gives them."""

    def __init__(self, pixels: Tensor) -> None:
        self._pixels = pixels

    def __len__(self) -> int:
        return len(self._pixels)

    def __getitem__(self, row: int) -> list[Tensor]:
        image = (self._pixels[row].float() / 255 - 0.5) / 0.25
        return [torch.rot90(image, turn, (1, 2)) for turn in range(4)]


def score_one_by_one(model: nn.Module, pixels: Tensor) -> list[float]:
    """As the public code's make_batches.py: four forward passes an image, and a loss each."""
    losses = []
    with torch.no_grad():
        for turned in DataLoader(OneByOne(pixels), batch_size=1):
            four = [F.cross_entropy(model(x), torch.tensor([turn])) for turn, x in enumerate(turned)]
            losses.append((sum(four) / 4).item())  # type: ignore[union-attr]
    return losses


def ranking(size: Size, data: ImageData) -> list[bool]:
    task = Rotation()
    model = task.build(size.network, 0)
    place(model, CPU)
    model.eval()
    part = Part(data, size.scored)
    turned = in_memory(data, size.scored, size.minibatch, turned=True)
    few = data.minibatch(np.arange(size.scored // 8))

    def ours() -> float:
        return timed(lambda: pretext_losses(model, task, part, CPU, minibatch=size.minibatch))

    def bare() -> float:
        with torch.inference_mode():
            return timed(lambda: [model(x) for x in turned])

    def one_by_one() -> float:
        return timed(lambda: score_one_by_one(model, few)) * size.scored / len(few)

    mine, theirs, slow = turns(size.rounds, ours, bare, one_by_one)
    # One image of a large network keeps a CPU as busy as many do; only a GPU would be three times as fast.
    limit = LIMIT_ONE_BY_ONE if size.network == "small_cnn" else None
    return [
        report(f"ranking, {size.network}, to bare forward", size.scored, mine, theirs, LIMIT_RANKING),
        report(f"ranking, {size.network}, to one by one", size.scored, mine, slow, limit),
    ]


def training(size: Size, data: ImageData) -> list[bool]:
    part, n = Part(data, size.trained), size.trained
    answers = torch.arange(n) % 10
    recipe = Recipe(epochs=1, minibatch=size.trained_minibatch)
    task = Rotation()

    def task_loss(model: nn.Module, x: Tensor, step: Step) -> Tensor:
        return F.cross_entropy(model(x), answers[step.rows])

    def pretext_loss(model: nn.Module, x: Tensor, step: Step) -> Tensor:
        return task.training_loss(model, x, step.generator)  # type: ignore[arg-type]

    good = []
    for what, loss, outputs in (("pretext", pretext_loss, 4), ("task", task_loss, 10)):
        turned = what == "pretext"
        images = in_memory(data, n, size.trained_minibatch, turned=turned)
        targets = [torch.arange(len(x)) % outputs for x in images]
        fitted, plain = (new_classifier(size.network, outputs, 0) for _ in range(2))
        place(plain, CPU)
        optimizer = torch.optim.SGD(
            plain.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4, nesterov=True
        )

        def ours(fitted: nn.Module = fitted, loss: Any = loss) -> float:
            return n / fit(fitted, part, loss, recipe, CPU).images_per_second

        def bare(
            plain: nn.Module = plain,
            optimizer: torch.optim.Optimizer = optimizer,
            images: list[Tensor] = images,
            targets: list[Tensor] = targets,
        ) -> float:
            plain.train()
            begun = time.perf_counter()
            for x, y in zip(images, targets, strict=True):
                optimizer.zero_grad(set_to_none=True)
                F.cross_entropy(plain(x), y).backward()  # type: ignore[no-untyped-call]
                optimizer.step()
            return time.perf_counter() - begun

        mine, theirs = turns(size.rounds, ours, bare)
        good.append(report(f"{what} training, {size.network}", n, mine, theirs, LIMIT_TRAINING))
    return good


def sparse_pool(folder: Path, count: int) -> ImageData:
    """`count` black images that take no room on disk."""
    PixelCache.open(folder, PIXELS)
    with (folder / f"pixels-{PIXELS}.bin").open("r+b") as file:
        file.truncate(count * PIXELS * PIXELS * 3)
    with (folder / f"index-{PIXELS}.txt").open("w") as index:
        index.writelines(f"{number:064x}\n" for number in range(count))
    return PixelCache.open(folder, PIXELS).view(shas(count))


def million(count: int, network: str) -> bool:
    """Rank `count` images as a pretext run does, and print this process's peak memory."""
    BACKBONES["tiny"] = lambda: SmallCnn(widths=(4,))
    at_rest = peak_gib()
    with tempfile.TemporaryDirectory(prefix="nb") as folder:
        begun = time.perf_counter()
        data = sparse_pool(Path(folder), count)
        opened = time.perf_counter()
        task = Rotation()
        losses = pretext_losses(task.build(network, 0), task, data, CPU, progress=no_progress)
        scored = time.perf_counter()
        ids = [f"01900000-0000-7000-8000-{number:012x}" for number in range(count)]
        values = losses.tolist()
        order = rank(values, ids)
        pool_batch_boundaries([values[row] for row in order], 10)
        ranked = time.perf_counter()
    peak = peak_gib()
    console.print(
        f"{count} images, {network}: opened in {opened - begun:.1f} s, scored in {scored - opened:.1f} s "
        f"({count / (scored - opened):.0f} images/s), sorted in {ranked - scored:.1f} s",
        soft_wrap=True,
    )
    console.print(
        f"{'peak memory, Python and torch included':<44}{peak:8.2f} GiB   at most {LIMIT_MILLION_GIB:.2f}   "
        f"{at_rest:.2f} GiB of it before the first image",
        soft_wrap=True,
    )
    return peak <= LIMIT_MILLION_GIB


def peak_gib() -> float:
    """The most memory this process has had so far; Linux counts in KiB, macOS in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**30


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--million", type=int, nargs="?", const=1_000_000, metavar="IMAGES")
    parser.add_argument("--network", default="small_cnn", choices=["small_cnn", "tiny"], help="of --million")
    asked = parser.parse_args()
    tune(CPU)
    if asked.million:
        sys.exit(0 if million(asked.million, asked.network) else 1)
    console.print(f"{torch.get_num_threads()} threads, images of {PIXELS} px; rotation turns each four times")
    good = []
    with tempfile.TemporaryDirectory(prefix="nb") as folder:
        data = pool(Path(folder), max(size.scored for size in SIZES))
        for size in SIZES:
            good += ranking(size, data)
            good += training(size, data)
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()

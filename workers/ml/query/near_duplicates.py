"""Images that show the same shot twice: found by perceptual hash, confirmed by their pixels.

A perceptual hash tells which of a great many images may be alike, without comparing each with each; pixels
tell whether they are. What counts as alike was measured (docs/decisions/0008): the same shot saved, scaled or
shifted a little, and not two shirts of one cut.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from numpy.typing import NDArray
from torch import Tensor

from workers.ml.ahead import in_order, minibatches_ahead
from workers.ml.data import ImageData, Progress, Rows, no_progress
from workers.ml.said import Said

Hashes = NDArray[np.uint64]

BITS = 63
HASH_DISTANCE = 4
PIXEL_DISTANCE = 0.01
_BANDS = HASH_DISTANCE + 1
_SIDE = 8  # of the block of low frequencies
_SMALL = 16  # side of the pictures that are compared
_GREY = (0.299, 0.587, 0.114)  # ITU-R BT.601
# Bounds of the work on pools where hashes tell little: pivots of one bucket, looks at one image's pixels.
_MOST_PIVOTS = 1024
_MOST_LOOKS = 8
_MINIBATCH = 1024


@dataclass(frozen=True)
class Askable:
    """Rows of the candidates that a query may choose from, ascending, and how many others wait.

    `alike` are near-duplicates of a row that may be asked, `known` those of a labelled image. `twin_of` says
    of each near-duplicate's row which image it is like: a row of the labelled images, and behind them of the
    candidates.
    """

    rows: list[int]
    alike: int = 0
    known: int = 0
    twin_of: dict[int, int] = field(default_factory=dict, compare=False)

    @property
    def held_back(self) -> int:
        """How many candidates wait for another cycle."""
        return self.alike + self.known


def askable(
    candidates: ImageData, labelled: ImageData | None = None, progress: Progress = no_progress
) -> Askable:
    """Of all candidates that are alike the first, and of those that are like a labelled image none.

    No two of the rows are near-duplicates. Where every candidate is like a labelled image, these are all that
    is left, and the first of each is askable after all, so that every image of a pool is asked in the end.
    """
    images = _Images(labelled, candidates)
    hashes = perceptual_hashes(images, progress)
    first = twins(images, hashes, images.fixed)
    twin_of = {
        int(row) - images.fixed: int(first[row]) for row in np.flatnonzero(first != np.arange(len(first)))
    }
    known = int((first[images.fixed :] < images.fixed).sum())
    rows = np.flatnonzero(first == np.arange(len(first)))[images.fixed :]
    if len(rows) == 0 and len(candidates):
        first = twins(candidates, hashes[images.fixed :])
        rows, known = np.flatnonzero(first == np.arange(len(first))), 0
    else:
        rows = rows - images.fixed
    return Askable(rows.tolist(), len(candidates) - len(rows) - known, known, twin_of)


def perceptual_hashes(data: ImageData, progress: Progress = no_progress) -> Hashes:
    """The pHash of each image (Zauner 2010, section 3.2.1): (N,), 63 bits each.

    A bit tells whether one of the lowest frequencies of the grey image's cosine transform lies above the
    median. The mean is left out, so that a little more light changes nothing.
    """
    found = np.zeros(len(data), np.uint64)
    weights = 1 << torch.arange(BITS, dtype=torch.int64)
    done = 0
    for rows, pixels in minibatches_ahead(data, in_order(np.arange(len(data)), _MINIBATCH)):
        grey = torch.einsum("nchw,c->nhw", pixels.float(), torch.tensor(_GREY))
        basis = _cosines(grey.shape[-1])
        # Rounded to a sixteenth of a grey level: a plain image's frequencies are 0 and not what float32 makes
        # of it.
        low = (basis @ grey @ basis.T * (16 / grey.shape[-1])).round().flatten(1)[:, 1:]
        above = low > low.median(dim=1, keepdim=True).values
        found[rows] = (above * weights).sum(dim=1).numpy().astype(np.uint64)
        done += len(rows)
        looked = "{done} of {total} looked at for near-duplicates"
        progress(done / len(data), Said("near_duplicates", looked, done=done, total=len(data)))
    return found


def twins(data: ImageData, hashes: Hashes, fixed: int = 0) -> Rows:
    """For each image the first that it is a near-duplicate of, or itself: (N,).

    Images that are their own first are pairwise no near-duplicates. The first `fixed` images are only
    compared with, and stay their own. Hashes within d bits agree in one of d + 1 bands at least, so that only
    images that share a band are compared; in each of these buckets the first image, the pivot, takes its
    near-duplicates out, then the first of what is left, and so on. Unlike connected components this never
    joins the two ends of a long pan of the camera. A thousand images that are all alike take one pivot.
    """
    first = np.arange(len(hashes))
    looks = np.zeros(len(hashes), np.int64)
    for band in _bands(hashes):
        alive = np.flatnonzero(first == np.arange(len(hashes)))
        alive = alive[np.argsort(band[alive], kind="stable")]
        for _ in range(_MOST_PIVOTS):
            begins = np.append(True, band[alive[1:]] != band[alive[:-1]])
            if begins.all():
                break
            pivots = alive[begins][begins.cumsum() - 1]
            near = ~begins & (alive >= fixed) & (looks[alive] < _MOST_LOOKS)
            near[near] = np.bitwise_count(hashes[alive[near]] ^ hashes[pivots[near]]) <= HASH_DISTANCE
            looks[alive[near]] += 1
            near[near] = same_shot(data, pivots[near], alive[near])
            first[alive[near]] = pivots[near]
            alive = alive[~begins & ~near]
    # A pivot may have lost its place in a later band, to an image that comes before it.
    while not np.array_equal(first, first[first]):
        first = first[first]
    return first


def same_shot(data: ImageData, some: Rows, others: Rows) -> NDArray[np.bool_]:
    """Whether the pixels of pairs of images agree: (n,).

    The mean squared difference of the two, at 16 x 16 pixels in colour, may be a hundredth of their variance.
    Plain images, whose hash says nothing, have little variance, and so must agree closely.
    """
    found = np.zeros(len(some), np.bool_)
    for rows in in_order(np.arange(len(some)), _MINIBATCH):
        ours, theirs = _small(data, some[rows]), _small(data, others[rows])
        variance = (ours.var(dim=2, correction=0) + theirs.var(dim=2, correction=0)).mean(dim=1) / 2
        difference = (ours - theirs).square().mean(dim=(1, 2))
        found[rows] = (difference <= PIXEL_DISTANCE * variance).numpy()
    return found


def _small(data: ImageData, rows: Rows) -> Tensor:
    """Small pictures (n, 3, P) of `rows`; a row that is there many times is read once."""
    unique, place = np.unique(rows, return_inverse=True)
    pixels = data.minibatch(unique).float()
    pictures = F.adaptive_avg_pool2d(pixels, min(_SMALL, pixels.shape[-1])).flatten(2)
    return pictures[torch.from_numpy(place)]


def _bands(hashes: Hashes) -> Iterator[Hashes]:
    """The hashes' bits in 5 parts of about equal width."""
    edges = [round(BITS * part / _BANDS) for part in range(_BANDS + 1)]
    for low, high in pairwise(edges):
        yield hashes >> np.uint64(low) & np.uint64((1 << (high - low)) - 1)


def _cosines(size: int) -> Tensor:
    """The first 8 vectors (8, size) of the orthonormal cosine transform (DCT-II) of `size` values."""
    at = torch.arange(size, dtype=torch.float64) + 0.5
    waves = torch.cos(torch.pi / size * torch.arange(_SIDE, dtype=torch.float64)[:, None] * at)
    basis: Tensor = waves / waves.norm(dim=1, keepdim=True)
    return basis.float()


class _Images:
    """Labelled images, if any, and behind them the candidates, as one ImageData."""

    def __init__(self, labelled: ImageData | None, candidates: ImageData) -> None:
        self._labelled, self._candidates = labelled, candidates
        self.fixed = 0 if labelled is None else len(labelled)

    def __len__(self) -> int:
        return self.fixed + len(self._candidates)

    def minibatch(self, rows: Rows) -> Tensor:
        """The pixels of `rows`, as their own ImageData gives them."""
        if self._labelled is None or self.fixed == 0:
            return self._candidates.minibatch(rows)
        inside = rows < self.fixed
        if inside.all():
            return self._labelled.minibatch(rows)
        parts = self._labelled.minibatch(rows[inside]), self._candidates.minibatch(rows[~inside] - self.fixed)
        order = np.argsort(np.append(np.flatnonzero(inside), np.flatnonzero(~inside)))
        return torch.cat(parts)[torch.from_numpy(order)]

    def fingerprint(self) -> str:
        """The two fingerprints."""
        return f"{self._labelled and self._labelled.fingerprint()} {self._candidates.fingerprint()}"

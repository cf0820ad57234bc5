"""Distances between many points without ever holding all of them."""

from collections.abc import Iterator

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

# Tiles of so many floats stay in a core's cache, which makes what is done with them several times faster.
_TILE = 2**20


def unit(points: Tensor) -> Tensor:
    """`points` (n, D) scaled to length 1. A zero vector has no direction and gets that of (1, 1, ...)."""
    zero = (points == 0).all(dim=1, keepdim=True)
    return F.normalize(points.masked_fill(zero, 1.0), dim=1)


def blocks(rows: int, width: int) -> Iterator[slice]:
    """Slices that cut `rows` into parts, small enough for a (part, `width`) matrix to be quick to work on."""
    step = max(1, min(4096, _TILE // max(1, width)))
    return (slice(start, min(start + step, rows)) for start in range(0, rows, step))


def squared_to(points: Tensor, norms: Tensor, row: int) -> Tensor:
    """The squared distance of each of `points` (n, D), with squared lengths `norms` (n,), to one of them."""
    return (norms + norms[row] - 2 * (points @ points[row])).clamp_min_(0)


def nearest_squared(points: Tensor, others: Tensor) -> Tensor:
    """The squared distance of each of `points` (n, D) to the nearest of `others` (m, D): (n,); m = 0: inf."""
    nearest = points.new_full((len(points),), torch.inf)
    norms, lengths = others.square().sum(dim=1), points.square().sum(dim=1)
    for columns in blocks(len(others), 1024):
        for rows in blocks(len(points), 1024):
            tile = torch.addmm(norms[columns], points[rows], others[columns].T, alpha=-2)
            torch.minimum(nearest[rows], tile.amin(dim=1).add_(lengths[rows]), out=nearest[rows])
    return nearest.clamp_min_(0)

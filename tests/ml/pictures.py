"""Small data with known properties."""

from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from torch import Tensor
from torch.nn.functional import interpolate

from workers.ml.data import InMemory

CPU = torch.device("cpu")


def noise(n: int, size: int = 16, seed: int = 0) -> InMemory:
    generator = torch.Generator().manual_seed(seed)
    return InMemory(torch.randint(0, 256, (n, 3, size, size), generator=generator, dtype=torch.uint8))


@cache
def digits(size: int = 32) -> tuple[Tensor, list[int]]:
    """scikit-learn's 1,797 digits as uint8 (N, 3, size, size), and their classes, in a mixed order."""
    bunch = load_digits()
    grey: NDArray[np.float64] = bunch.images
    order = np.random.default_rng(0).permutation(len(grey))
    small = torch.from_numpy(grey[order] * (255 / 16)).float()[:, None]
    large = interpolate(small, size=(size, size), mode="bilinear", align_corners=False)
    return large.round().to(torch.uint8).expand(-1, 3, -1, -1), [int(y) for y in bunch.target[order]]

"""Candidates with all that any strategy may ask for."""

from collections.abc import Sequence

import torch
from torch import Tensor

from workers.ml.query.strategy import Candidates


def candidates(n: int, labelled: int = 5, classes: int = 3, width: int = 8, seed: int = 1) -> Candidates:
    generator = torch.Generator().manual_seed(seed)
    return Candidates(
        n,
        probs=torch.rand(n, classes, generator=generator).softmax(dim=1),
        sampled_probs=torch.rand(4, n, classes, generator=generator).softmax(dim=2),
        predicted_losses=torch.rand(n, generator=generator),
        features=torch.randn(n, width, generator=generator),
        labelled_features=torch.randn(labelled, width, generator=generator),
    )


def identical(n: int, value: float = 1.0, labelled: int = 3) -> Candidates:
    """Images that nothing tells apart."""
    return Candidates(
        n,
        probs=torch.full((n, 4), 0.25),
        sampled_probs=torch.full((2, n, 4), 0.25),
        predicted_losses=torch.zeros(n),
        features=torch.full((n, 6), value),
        labelled_features=torch.full((labelled, 6), value),
    )


def blobs(
    centres: Sequence[tuple[float, ...]], sizes: list[int], spread: float = 0.01, seed: int = 0
) -> Tensor:
    """`sizes[i]` points around `centres[i]`, blob after blob."""
    generator = torch.Generator().manual_seed(seed)
    points = torch.tensor(centres).repeat_interleave(torch.tensor(sizes), dim=0)
    return points + spread * torch.randn(points.shape, generator=generator)

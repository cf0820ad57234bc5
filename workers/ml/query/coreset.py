"""Images that leave no other far from a labelled one (Sener & Savarese 2018, algorithm 1)."""

import torch
from torch import Tensor

from workers.ml.query.checks import checked_features, refuse_bad_sizes
from workers.ml.query.distances import nearest_squared, squared_to
from workers.ml.query.strategy import Candidates, Need, QueryStrategy


def k_center_greedy(features: Tensor, labelled: Tensor, budget: int) -> list[int]:
    """Again and again the row of `features` (n, D) farthest from `labelled` (m, D) and from those chosen.

    The paper starts from labelled images; without any, the first is the one nearest to the mean. Ties by row.
    Takes O(n D) time an image, and O(n) memory besides a copy of the features.
    """
    if len(features) == 0:
        return []
    # Products of small numbers lose less than those of large ones.
    mean = features.mean(dim=0)
    points = features - mean
    norms = points.square().sum(dim=1)
    nearest = nearest_squared(points, labelled - mean)
    chosen: list[int] = []
    for _ in range(min(budget, len(points))):
        fresh = not chosen and len(labelled) == 0
        row = int(norms.argmin() if fresh else nearest.argmax())
        torch.minimum(nearest, squared_to(points, norms, row), out=nearest)
        nearest[row] = -1.0
        chosen.append(row)
    return chosen


def select(candidates: Candidates, budget: int, seed: int) -> list[int]:  # noqa: ARG001
    """`k_center_greedy` of the task model's features."""
    refuse_bad_sizes(candidates.n, budget)
    return k_center_greedy(*checked_features(candidates), budget)


STRATEGY = QueryStrategy("coreset", select, frozenset({Need.TASK_FEATURES}))

"""Images whose neighbourhoods hold the most others (ProbCover).

Yehuda, Dekel, Hacohen & Weinshall 2022, "Active Learning Through a Covering Lens".
"""

import torch
from torch import Tensor

from workers.ml.query.checks import checked_features, checked_probs, refuse_bad_sizes
from workers.ml.query.clusters import k_means
from workers.ml.query.distances import blocks, unit
from workers.ml.query.strategy import Candidates, Need, QueryStrategy
from workers.ml.seeds import derived_seed

PURITY = 0.95
_SAMPLE = 5000
_MOST_GUESSED_CLASSES = 50
# Points closer than float32 can tell are one point, so that each covers itself whatever the radius.
_SAME = 1 - 1e-6


def pure_closeness(points: Tensor, labels: Tensor, seed: int) -> float:
    """The cosine of the largest ball that is pure around 95 % of `points` (n, D) of length 1.

    A ball, without its rim, is pure if all points in it have the label (n,) of its centre. Instead of trying
    radii, take the distance of each point to the nearest of another label, and the 5 % quantile of these.
    Above 5,000 points, as many are drawn as centres.
    """
    n = len(points)
    generator = torch.Generator().manual_seed(derived_seed(seed, "purity"))
    drawn = torch.randperm(n, generator=generator)[:_SAMPLE]
    # No point of another label at all: any ball is pure, and covers the whole sphere.
    nearest = points.new_full((len(drawn),), -2.0)
    for columns in blocks(n, 1024):
        for rows in blocks(len(drawn), 1024):
            centres = drawn[rows]
            tile = points[centres] @ points[columns].T
            tile.masked_fill_(labels[centres, None] == labels[columns], -2.0)
            torch.maximum(nearest[rows], tile.amax(dim=1), out=nearest[rows])
    impure = int((1 - PURITY) * len(nearest) + 1e-9)
    return float(nearest.sort(descending=True).values[impure])


def greedy_cover(points: Tensor, labelled: Tensor, closeness: float, budget: int) -> list[int]:
    """Again and again the row whose ball holds the most points not yet in a ball, the first of ties.

    `points` (n, D) and `labelled` (m, D) have length 1; a ball holds what has a cosine above `closeness` to
    its centre. Labelled points' balls are there from the start. Ends early when every point is in a ball.
    The graph of balls is not kept: a point is counted once in the degrees of its neighbours and taken out of
    them once, so that O(n) memory and at most O(n^2 D) time suffice.
    """
    closeness = min(closeness, _SAME)
    free = torch.ones(len(points), dtype=torch.bool)
    for columns in blocks(len(labelled), 1024):
        for rows in blocks(len(points), 1024):
            tile = points[rows] @ labelled[columns].T
            free[rows] &= tile.amax(dim=1) <= closeness
    degrees = _degrees(points, points[free], closeness)
    chosen: list[int] = []
    while len(chosen) < budget and bool(free.any()):
        row = int(degrees.argmax())
        covered = free & (points @ points[row] > closeness)
        # Rounding may differ from one product to another; what is chosen is covered in any case.
        covered[row] = free[row]
        degrees -= _degrees(points, points[covered], closeness)
        degrees[row] = -torch.inf
        free &= ~covered
        chosen.append(row)
    return chosen


def select(candidates: Candidates, budget: int, seed: int) -> list[int]:
    """`greedy_cover` with the radius of `pure_closeness`, and any images once every image is covered.

    The paper clusters into as many pseudo-labels as there are classes. The probabilities say how many, if
    there is a task model; otherwise min(budget, 50) is taken for it, and at least two. What comes after full
    coverage, which the paper leaves open, is drawn without replacement.
    """
    refuse_bad_sizes(candidates.n, budget)
    features, labelled = checked_features(candidates)
    guess = max(2, min(budget, _MOST_GUESSED_CLASSES))
    classes = guess if candidates.probs is None else checked_probs(candidates).shape[1]
    if candidates.n == 0 or budget == 0:
        return []
    points = unit(features)
    labels = k_means(points, min(classes, len(points)), derived_seed(seed, "probcover query"))
    closeness = pure_closeness(points, labels, seed)
    chosen = greedy_cover(points, unit(labelled), closeness, budget)
    generator = torch.Generator().manual_seed(derived_seed(seed, "probcover rest"))
    order = torch.randperm(candidates.n, generator=generator).tolist()
    known = set(chosen)
    return (chosen + [row for row in order if row not in known])[:budget]


def _degrees(points: Tensor, free: Tensor, closeness: float) -> Tensor:
    """How many of `free` (m, D) are in the ball around each of `points` (n, D): (n,), whole numbers."""
    degrees = points.new_zeros(len(points))
    ones = points.new_ones(len(free))
    for columns in blocks(len(free), 1024):
        for rows in blocks(len(points), columns.stop - columns.start):
            tile = points[rows] @ free[columns].T
            degrees[rows] += tile.gt_(closeness) @ ones[columns]
    return degrees


STRATEGY = QueryStrategy(
    "probcover", select, frozenset({Need.PRETEXT_FEATURES}), uses=frozenset({Need.PROBS})
)

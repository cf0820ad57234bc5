"""Images that stand for many uncertain ones (Bae, Oliveira & Sutherland 2025, "Uncertainty Herding")."""

import math

import torch
from torch import Tensor

from workers.ml.query import yes_or_no
from workers.ml.query.checks import checked_features, checked_probs, refuse_bad_sizes
from workers.ml.query.distances import blocks, nearest_squared, unit
from workers.ml.query.margin import margins
from workers.ml.query.strategy import Candidates, Need, QueryStrategy
from workers.ml.seeds import derived_seed

MOST_CANDIDATES = 35_000
_FIRST_BANDWIDTH = 1.0
# Cosines of float32 tell points of length 1 apart down to about a thousandth.
_SAME_SQUARED = 1e-6
# Below this width their rounding shows in the kernel.
_LEAST_BANDWIDTH = 0.02
# Coverage, 0..1, that rises by less is taken not to rise.
_LEAST_RISE = 1e-4


def bandwidth(labelled: Tensor) -> float:
    """The kernel's: the least distance between two different ones of `labelled` (m, D) of length 1.

    It shrinks as labels come in, which turns coverage into uncertainty sampling (section 3). Without two
    different labelled images it is 1, as in the authors' code.
    """
    least = math.inf
    for columns in blocks(len(labelled), 1024):
        for rows in blocks(columns.stop, 1024):
            squared = 2 - 2 * (labelled[rows] @ labelled[columns].T)
            different = squared[squared > _SAME_SQUARED]
            least = min(least, float(different.min()) if len(different) else math.inf)
    return max(math.sqrt(least), _LEAST_BANDWIDTH) if least < math.inf else _FIRST_BANDWIDTH


class UncertaintyCoverage:
    """The sum over n `points` (n, D) of length 1 of `uncertainty` (n,) times coverage (section 3).

    A point's coverage is its kernel exp(-distance^2 / width^2) with the nearest centre, and `coverage` (n,)
    what the labelled images give. `gains` (n,) is by how much the sum would rise with each point as a centre.
    """

    def __init__(self, points: Tensor, uncertainty: Tensor, coverage: Tensor, width: float) -> None:
        self.points = points
        self.uncertainty = uncertainty
        self.coverage = coverage.clone()
        self._scale = 2 / width**2
        everything = torch.arange(len(points))
        self.gains = self._gains(everything, coverage, torch.ones_like(coverage))

    def add(self, row: int) -> None:
        """Make `row` a centre and renew the gains: O(n D) work for each point that it covers better."""
        kernel = (self.points @ self.points[row]).sub_(1).mul_(self._scale).exp_().clamp_max_(1)
        kernel[row] = 1.0
        better = (kernel > self.coverage + _LEAST_RISE).nonzero()[:, 0]
        self.gains -= self._gains(better, self.coverage[better], kernel[better])
        self.coverage[better] = kernel[better]

    def _gains(self, rows: Tensor, low: Tensor, high: Tensor) -> Tensor:
        """What each point as a centre adds to the coverage of `rows` (k,) from `low` to `high` (k,): (n,)."""
        gains = torch.zeros(len(self.points), dtype=torch.float64)
        important = self.uncertainty[rows] > 0
        rows, low, high = rows[important], low[important], high[important]
        weights, shift = self.uncertainty[rows], self.points.new_tensor(-self._scale)
        for columns in blocks(len(rows), 1024):
            others = self.points[rows[columns]]
            least = weights[columns] @ low[columns]
            for part in blocks(len(self.points), len(others)):
                tile = torch.addmm(shift, self.points[part], others.T, alpha=self._scale).exp_()
                tile.clamp_(low[columns], high[columns])
                gains[part] += tile @ weights[columns] - least
        return gains


def select(candidates: Candidates, budget: int, seed: int) -> list[int]:
    """Greedily the images that raise `UncertaintyCoverage` most, first of ties (algorithm 1).

    Uncertainty is 1 less the margin of the two best classes (with several classes an image, less the mean
    margin between yes and no), and 1 without a task model, when the method is
    MaxHerding (Bae et al. 2024). The probabilities are taken as they are; the paper calibrates them first.
    The time grows with the square of the candidates, so that above 35,000, the bound of the authors' code, as
    many of them are drawn (or four times the budget, if that is more).
    """
    refuse_bad_sizes(candidates.n, budget)
    features, labelled = checked_features(candidates)
    uncertainty = features.new_ones(candidates.n)
    if candidates.probs is not None:
        probs = checked_probs(candidates).float()
        certain = yes_or_no.margins(probs).mean(dim=1) if candidates.several else margins(probs)
        uncertainty = 1 - certain
    generator = torch.Generator().manual_seed(derived_seed(seed, "uherding query"))
    order = torch.randperm(candidates.n, generator=generator)
    drawn = order[: max(MOST_CANDIDATES, 4 * budget)].sort().values
    points, centres = unit(features[drawn]), unit(labelled)
    width = bandwidth(centres)
    covered = nearest_squared(points, centres).div_(-(width**2)).exp_()
    goal = UncertaintyCoverage(points, uncertainty[drawn], covered, width)
    chosen: list[int] = []
    for _ in range(min(budget, len(points))):
        row = int(goal.gains.argmax())
        goal.add(row)
        goal.gains[row] = -torch.inf
        chosen.append(int(drawn[row]))
    return chosen


STRATEGY = QueryStrategy("uherding", select, frozenset({Need.PRETEXT_FEATURES}), uses=frozenset({Need.PROBS}))

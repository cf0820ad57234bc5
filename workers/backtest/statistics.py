"""What the curves of a backtest say: areas, paired differences, and who beats whom."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Curves:
    """Accuracies (seeds, cycles) of one plan, at `labels` (cycles,), the same for all seeds."""

    plan: str
    seeds: list[int]
    labels: list[int]
    accuracy: Floats


def area(labels: Sequence[int], accuracy: Floats) -> Floats:
    """The area under the budget curve, as mean accuracy over the range of labels (Zhan et al. 2021, AUBC).

    `accuracy` (..., cycles) gives (...). By trapezoids; a single budget gives its accuracy.
    """
    if len(labels) == 1:
        return np.asarray(accuracy[..., 0], np.float64)
    width = labels[-1] - labels[0]
    return np.asarray(np.trapezoid(accuracy, labels, axis=-1) / width, np.float64)


def summary(values: Floats) -> dict[str, Any]:
    """Mean, standard deviation and t-interval of the mean of values (n,); None where n = 1 tells nothing."""
    n, mean = len(values), float(values.mean())
    if n < 2:
        return {"mean": mean, "std": None, "low": None, "high": None, "n": n}
    deviation = float(values.std(ddof=1))
    half = float(stats.t.ppf((1 + CONFIDENCE) / 2, n - 1)) * deviation / math.sqrt(n)
    return {"mean": mean, "std": deviation, "low": mean - half, "high": mean + half, "n": n}


def paired(first: Floats, second: Floats) -> dict[str, Any]:
    """The mean of `first - second` (n,) over seeds, its t-interval, and the p-value of a paired t-test.

    Pairs by seed, because plans share the seed's splits, weights and shuffling. One pair gives no p-value.
    Identical values give p = 1.
    """
    difference = first - second
    found = summary(difference)
    if len(difference) < 2:
        return found | {"p": None}
    if not difference.any():
        return found | {"p": 1.0}
    if np.ptp(difference) == 0:  # the test statistic is infinite
        return found | {"p": 0.0}
    return found | {"p": float(stats.ttest_rel(first, second).pvalue)}


def comparison(curves: Sequence[Curves]) -> list[dict[str, Any]]:
    """Every ordered pair of plans: difference in area, and at how many budgets one beats the other.

    `wins` and `losses` count budgets at which the paired t-test, at 5 % and not corrected for their number,
    says so (the penalty matrix of Ash et al. 2020, section 5). `holm` is the area's p-value after Holm's
    correction over all pairs.
    """
    rows = []
    for one in curves:
        for other in curves:
            if one.plan == other.plan:
                continue
            mine, theirs, labels = _common(one, other)
            at = [paired(mine[:, c], theirs[:, c]) for c in range(len(labels))]
            clear = [a for a in at if a["p"] is not None and a["p"] < 1 - CONFIDENCE]
            rows.append(
                {
                    "plan": one.plan,
                    "against": other.plan,
                    "area": paired(area(labels, mine), area(labels, theirs)),
                    "by_budget": [{"labels": n, **a} for n, a in zip(labels, at, strict=True)],
                    "wins": sum(a["mean"] > 0 for a in clear),
                    "losses": sum(a["mean"] < 0 for a in clear),
                    "budgets": len(labels),
                }
            )
    for row, p in zip(rows, _holm([row["area"]["p"] for row in rows]), strict=True):
        row["holm"] = p
    return rows


def _common(one: Curves, other: Curves) -> tuple[Floats, Floats, list[int]]:
    """Both plans' accuracies for the seeds and budgets that both have."""
    seeds = [seed for seed in one.seeds if seed in other.seeds]
    labels = [n for n in one.labels if n in other.labels]

    def part(curves: Curves) -> Floats:
        rows = [curves.seeds.index(seed) for seed in seeds]
        return curves.accuracy[np.ix_(rows, [curves.labels.index(n) for n in labels])]

    return part(one), part(other), labels


def _holm(values: Sequence[float | None]) -> list[float | None]:
    """Holm's step-down correction of p-values; each unordered pair stands twice and counts once."""
    known = sorted({p for p in values if p is not None})
    tests = sum(p is not None for p in values) // 2
    corrected: dict[float, float] = {}
    largest, before = 0.0, 0
    for p in known:
        largest = max(largest, min(1.0, (tests - before) * p))
        corrected[p] = largest
        before += max(1, sum(other == p for other in values) // 2)
    return [None if p is None else corrected[p] for p in values]


def correlation(pretext: Floats, task: Floats, bins: int = 50) -> dict[str, Any]:
    """How pretext and task losses (N,) go together, an image and a bin at a time (PT4AL, Figure 2).

    Bins hold equal numbers of images in the order of the pretext loss; at most `bins`, and none smaller than
    two images. A loss that is the same everywhere correlates with nothing: None.
    """
    order = np.argsort(pretext, kind="stable")
    parts = np.array_split(order, max(1, min(bins, len(order) // 2)))
    means = np.array([[pretext[part].mean(), task[part].mean()] for part in parts])
    return {
        "images": len(pretext),
        "pearson": _coefficient(stats.pearsonr, pretext, task),
        "spearman": _coefficient(stats.spearmanr, pretext, task),
        "bins": means.tolist(),
        "binned_pearson": _coefficient(stats.pearsonr, means[:, 0], means[:, 1]),
        "binned_spearman": _coefficient(stats.spearmanr, means[:, 0], means[:, 1]),
    }


def _coefficient(test: Any, x: Floats, y: Floats) -> float | None:
    if len(x) < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    return float(test(x, y).statistic)

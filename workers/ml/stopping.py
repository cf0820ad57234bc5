"""Whether more labels still bring much: a word of advice, which never stops anything by itself.

Two signals. The learning curve: most are close to power laws (Viering & Loog 2023, "The Shape of Learning
Curves", section 4), and over one doubling of the labels a power law is close to a line in their logarithm,
which is fitted here with its interval. And the predictions: the agreement of consecutive task models on
images without labels (Bloodgood & Vijay-Shanker 2009, "A Method for Stopping Active Learning Based on
Stabilizing Predictions and the Need for User-Adjustable Stopping", section 3).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean, linear_regression
from typing import Literal

from scipy import stats

from workers.ml.said import Said

State = Literal["too_early", "improving", "flattening", "stable"]

FEWEST_IMAGES = 100  # held out; with fewer, one image is more than a point
_FEWEST_POINTS = 4
_CONFIDENCE = 0.8  # of intervals
_LITTLE = 0.02  # of accuracy, for twice the labels
# As published: the mean of the last three comparisons, and what it must reach.
_COMPARISONS = 3
_STABLE_KAPPA = 0.99


@dataclass(frozen=True)
class Point:
    """A task model: how many labels it was trained on, its accuracy (0..1), and on how many images."""

    labels: int
    accuracy: float
    images: int


@dataclass(frozen=True)
class Gain:
    """What `labels` more should add to the last accuracy (0..1): the best guess, and an 80 % interval.

    The interval is that of the next measurement, the chance of a single training included.
    """

    labels: int
    guess: float
    low: float
    high: float


@dataclass(frozen=True)
class Advice:
    """The state and its reasons in words; `next_gain` is of one more cycle, None if it cannot be told."""

    state: State
    reasons: list[Said]
    next_gain: Gain | None


def advise(
    curve: Sequence[Point], kappas: Sequence[float | None], budget: int, *, measure: str = "Accuracy"
) -> Advice:
    """What a project's task models say so far, the newest last, for a next cycle of `budget` labels.

    `curve` holds those that were marked, all on the same images; `kappas` the agreement of each model with
    the one before it. The curve is flat if, with 90 % certainty, twice the labels would bring less than two
    points: the upper end of an 80 % interval, out of the points of the last half of all labels, at least
    four. (So the answer does not depend on the budget: a small one always brings little.) Predictions are
    stable if the last three kappas are 0.99 on average. Models begin with fresh weights and may differ by
    that alone, so that on hard tasks predictions never get there, and `flattening` is the last word.

    `too_early` until one of the two can be told; then `improving` while the curve rises, or, where there is
    none, while predictions change; `stable` if predictions are, and `flattening` if only the curve is flat.
    """
    line, about_curve = _line(curve, measure)
    kappa, about_predictions = _kappa(kappas)
    reasons = [about_curve, about_predictions]
    gain = line.gain(budget) if line and budget > 0 else None
    if line is None and kappa is None:
        return Advice("too_early", reasons, None)
    if line is not None and not line.flat:
        return Advice("improving", reasons, gain)
    if kappa is not None and kappa >= _STABLE_KAPPA:
        return Advice("stable", reasons, gain)
    return Advice("improving" if line is None else "flattening", reasons, gain)


@dataclass(frozen=True)
class _Line:
    """Accuracy over log2(labels), by least squares through `points`, of which there are at least four."""

    points: list[Point]

    @cached_property
    def _x(self) -> list[float]:
        return [math.log2(point.labels) for point in self.points]

    @cached_property
    def _fit(self) -> tuple[float, float]:
        return linear_regression(self._x, [point.accuracy for point in self.points])

    @cached_property
    def _spread(self) -> float:
        return sum((x - fmean(self._x)) ** 2 for x in self._x)

    @cached_property
    def _deviation(self) -> float:
        """How far points lie off the line, times the quantile of the intervals."""
        slope, intercept = self._fit
        line = [intercept + slope * x for x in self._x]
        off = sum((point.accuracy - y) ** 2 for point, y in zip(self.points, line, strict=True))
        freedom = len(self.points) - 2
        return float(stats.t.ppf((1 + _CONFIDENCE) / 2, freedom)) * math.sqrt(off / freedom)

    @property
    def slope(self) -> tuple[float, float, float]:
        """Accuracy a doubling of the labels: the guess, and the ends of its interval."""
        slope, half = self._fit[0], self._deviation / math.sqrt(self._spread)
        return slope, slope - half, slope + half

    @property
    def flat(self) -> bool:
        return self.slope[2] < _LITTLE

    def gain(self, labels: int) -> Gain:
        last, (slope, intercept) = self.points[-1], self._fit
        x = math.log2(last.labels + labels)
        half = self._deviation * math.sqrt(1 + 1 / len(self._x) + (x - fmean(self._x)) ** 2 / self._spread)
        then = intercept + slope * x
        ends = (min(1.0, max(0.0, accuracy)) - last.accuracy for accuracy in (then, then - half, then + half))
        return Gain(labels, *ends)


def _line(curve: Sequence[Point], measure: str) -> tuple[_Line | None, Said]:
    if not curve:
        return None, Said("no_curve", "There is no learning curve: no labelled images are held out.")
    if curve[-1].images < FEWEST_IMAGES:
        text = "A trend takes {fewest} held-out images; there are {count}."
        return None, Said("few_held_out", text, fewest=FEWEST_IMAGES, count=curve[-1].images)
    late = [point for point in curve if 2 * point.labels >= curve[-1].labels]
    used = late if len(late) >= _FEWEST_POINTS else list(curve[-_FEWEST_POINTS:])
    if len({point.labels for point in used}) < _FEWEST_POINTS:
        text = "A trend takes {fewest} trained cycles with different numbers of labels."
        return None, Said("few_cycles", text, fewest=_FEWEST_POINTS)
    line = _Line(used)
    slope, low, high = line.slope
    rate = "{slope} points a doubling of the labels ({low} to {high}) over the last {models} models."
    values: dict[str, str | float] = {
        "measure": measure,
        "slope": _points(slope),
        "low": _points(low),
        "high": _points(high),
        "models": len(used),
    }
    if line.flat:
        return line, Said("curve_flat", f"{{measure}} has levelled off: {rate}", **values)
    if low > 0:
        return line, Said("curve_rises", f"{{measure}} still rises: {rate}", **values)
    return line, Said("curve_may_rise", f"{{measure}} may still rise: {rate}", **values)


def _kappa(kappas: Sequence[float | None]) -> tuple[float | None, Said]:
    last = [kappa for kappa in kappas[-_COMPARISONS:] if kappa is not None]
    if len(last) < _COMPARISONS:
        text = "Whether predictions are stable takes {count} comparisons of consecutive models."
        return None, Said("few_comparisons", text, count=_COMPARISONS)
    mean = fmean(last)
    kappa = (
        "Cohen's kappa between one model and the next is {kappa} over the last {count}; "
        "{stable} counts as stable."
    )
    values: dict[str, str | float] = {
        "kappa": f"{mean:.3f}",
        "count": _COMPARISONS,
        "stable": _STABLE_KAPPA,
    }
    about = "Predictions for unlabelled images"
    if mean >= _STABLE_KAPPA:
        return mean, Said("predictions_stable", f"{about} are stable: {kappa}", **values)
    return mean, Said("predictions_change", f"{about} still change: {kappa}", **values)


def _points(accuracy: float) -> str:
    return f"{round(100 * accuracy, 1) + 0.0:.1f}".replace("-", "\N{MINUS SIGN}")

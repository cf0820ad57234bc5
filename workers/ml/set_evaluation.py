"""How good a classifier is where an image may show several classes, and from where on it says yes."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any

import numpy as np
import torch
from sklearn.metrics import average_precision_score, precision_recall_curve, precision_recall_fscore_support
from torch import Tensor

PLAIN_THRESHOLD = 0.5


@dataclass(frozen=True)
class ClassMarks:
    """Of one class; `count` images show it. What cannot be told without one that does is None."""

    average_precision: float | None
    precision: float | None
    recall: float | None
    f1: float | None
    count: int


@dataclass(frozen=True)
class SetMetrics:
    """Of `n` images. Means are over the classes that an image shows, None if there is no such class.

    `mean_average_precision` needs no thresholds. `exact_match` is the share of images with just the right
    set.
    """

    n: int
    mean_average_precision: float | None
    precision: float | None
    recall: float | None
    f1: float | None
    exact_match: float
    per_class: list[ClassMarks]

    def as_dict(self) -> dict[str, Any]:
        """All fields, as JSON takes them."""
        return asdict(self)


def best_thresholds(probs: Tensor, truth: Tensor) -> list[float]:
    """The probability from which on to say yes for each class, the one with the best F1 on these images.

    `probs` (N, C) must be of images that the model was not trained on; `truth` (N, C) is bool. It lies
    halfway to the next lower probability, and of equally good ones the highest is taken. 0.5 for a class that
    no image, or every one, shows: these images say nothing of it.
    """
    found = []
    for mine, shown in zip(probs.T.double().numpy(), truth.T.numpy(), strict=True):
        if shown.all() or not shown.any():
            found.append(PLAIN_THRESHOLD)
            continue
        precision, recall, steps = precision_recall_curve(shown, mine)
        f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
        step = steps[len(steps) - 1 - int(np.argmax(f1[:-1][::-1]))]
        below = mine[mine < step]
        found.append(float((step + (below.max() if len(below) else 0.0)) / 2))
    return found


def decided(probs: Tensor, thresholds: Sequence[float]) -> Tensor:
    """Which classes the images show: (N, C) bool."""
    return probs.double() >= torch.tensor(thresholds, dtype=torch.float64)


def cross_decided(probs: Tensor, truth: Tensor) -> Tensor:
    """`decided` by thresholds that know nothing of the images' own `truth` (N, C): (N, C) bool.

    For images that must serve both to choose thresholds and to mark them. Two halves, every other image.
    """
    done = torch.empty_like(truth)
    for half, other in ((slice(0, None, 2), slice(1, None, 2)), (slice(1, None, 2), slice(0, None, 2))):
        done[half] = decided(probs[half], best_thresholds(probs[other], truth[other]))
    return done


def evaluate_sets(probs: Tensor, said: Tensor, truth: Tensor) -> SetMetrics:
    """Compare probabilities (N, C) and what was `decided` by them, (N, C) bool, with `truth` (N, C), bool.

    Raises ValueError if there are no images, the shapes do not fit, or a probability is not a number.
    """
    if probs.ndim != 2 or not probs.shape == said.shape == truth.shape or probs.numel() == 0:
        shapes = [tuple(one.shape) for one in (probs, said, truth)]
        raise ValueError(f"Probabilities, decisions and truth do not fit: {shapes}.")
    if probs.isnan().any():
        raise ValueError("A probability is not a number.")
    per_class = [_of_class(*one) for one in zip(probs.T.double(), said.T, truth.T, strict=True)]
    known = [marks for marks in per_class if marks.count]
    return SetMetrics(
        n=len(probs),
        mean_average_precision=_mean([m.average_precision for m in known]),
        precision=_mean([m.precision for m in known]),
        recall=_mean([m.recall for m in known]),
        f1=_mean([m.f1 for m in known]),
        exact_match=float((said == truth).all(dim=1).double().mean()),
        per_class=per_class,
    )


def _of_class(probs: Tensor, said: Tensor, truth: Tensor) -> ClassMarks:
    """The marks of one class: all of them (N,)."""
    count = int(truth.sum())
    if count == 0:
        return ClassMarks(None, None, None, None, 0)
    score = average_precision_score(truth.numpy(), probs.numpy())
    precision, recall, f1, _ = precision_recall_fscore_support(
        truth.numpy(), said.numpy(), average="binary", zero_division=0.0
    )
    return ClassMarks(float(score), float(precision), float(recall), float(f1), count)


def _mean(values: Sequence[float | None]) -> float | None:
    given = [value for value in values if value is not None]
    return fmean(given) if given else None

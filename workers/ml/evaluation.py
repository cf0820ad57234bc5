"""How good a classifier's probabilities are."""

from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any

import torch
from torch import Tensor

_BINS = 15
_SMALLEST = 1e-12


@dataclass(frozen=True)
class Metrics:
    """The quality of predictions for `n` labelled images.

    `balanced_accuracy` is the mean recall of the classes that have images: what skewed splits hide behind
    `accuracy`. `per_class_recall` holds None for a class without images. `confusion[t][p]` counts images of
    class t taken for p. `log_loss` is in nats. `ece` is the expected calibration error, 0..1.
    """

    n: int
    accuracy: float
    balanced_accuracy: float
    per_class_recall: list[float | None]
    confusion: list[list[int]]
    log_loss: float
    ece: float

    def as_dict(self) -> dict[str, Any]:
        """All fields, as JSON takes them."""
        return asdict(self)


def evaluate(probs: Tensor, labels: Tensor) -> Metrics:
    """Compare probabilities (N, C) with labels (N,), integers 0..C-1.

    Equal probabilities count for the class that comes first. Raises ValueError if there are no images, the
    shapes do not fit, a label is out of range, or a probability is not a number.
    """
    _check(probs, labels)
    probs, labels = probs.detach().cpu().double(), labels.detach().cpu().long()
    n, classes = probs.shape
    confidence, predicted = top_class(probs)
    confusion = torch.bincount(labels * classes + predicted, minlength=classes * classes)
    confusion = confusion.view(classes, classes)
    totals, hits = confusion.sum(dim=1).tolist(), confusion.diagonal().tolist()
    recalls = [hit / total if total else None for hit, total in zip(hits, totals, strict=True)]
    right = (predicted == labels).double()
    truth = probs.gather(1, labels[:, None]).clamp_min(_SMALLEST)
    return Metrics(
        n=n,
        accuracy=float(right.mean()),
        balanced_accuracy=fmean(recall for recall in recalls if recall is not None),
        per_class_recall=recalls,
        confusion=confusion.tolist(),
        log_loss=float(-truth.log().mean()),
        ece=expected_calibration_error(confidence, right),
    )


def top_class(probs: Tensor) -> tuple[Tensor, Tensor]:
    """The highest probability of each row of `probs` (N, C), and its class: the first of equal ones."""
    # argmax leaves open which of equal values it gives.
    confidence = probs.amax(dim=1)
    highest = (probs == confidence[:, None]).int().argsort(dim=1, descending=True, stable=True)
    return confidence, highest[:, 0]


def expected_calibration_error(confidence: Tensor, right: Tensor) -> float:
    """The mean gap between confidence (N,) and accuracy over 15 bins of equal width, weighted by their size.

    `right` (N,) is 1 where the prediction was. A bin is open below and closed above (Guo et al. 2017,
    section 2).
    """
    bins = (confidence * _BINS).ceil().long().clamp(1, _BINS) - 1
    gaps = torch.zeros(_BINS, dtype=torch.float64).index_add_(0, bins, right - confidence)
    return float(gaps.abs().sum() / len(confidence))


def _check(probs: Tensor, labels: Tensor) -> None:
    if probs.ndim != 2 or labels.shape != probs.shape[:1] or probs.numel() == 0:
        raise ValueError(f"{tuple(probs.shape)} probabilities do not fit {tuple(labels.shape)} labels.")
    if labels.is_floating_point() or int(labels.min()) < 0 or int(labels.max()) >= probs.shape[1]:
        raise ValueError(f"Labels must be integers 0..{probs.shape[1] - 1}.")
    if probs.isnan().any():
        raise ValueError("A probability is not a number.")

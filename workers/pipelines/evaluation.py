"""What a fresh task model is worth: its marks on held-out images, and the temperature of its confidences."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from app.domain.enums import Split
from workers.ml.calibration import NotCalibrated, calibrated, cross_calibrated, fit_temperature
from workers.ml.evaluation import evaluate
from workers.pipelines.claim import Claim
from workers.pipelines.predictor import Predictor


@dataclass(frozen=True)
class Labelled:
    """Content hashes of images, and the positions of their classes."""

    shas: list[str]
    classes: list[int]


@dataclass(frozen=True)
class Marks:
    """`metrics` as `MetricsOut` shows them, empty if nothing is held out; a temperature, and a note on it."""

    metrics: dict[str, Any]
    temperature: float | None
    note: str


def mark(claim: Claim, fresh: Predictor, validation: Labelled, test: Labelled) -> Marks:
    """Fit the temperature on the validation split, and mark on the test split if there is one.

    If there is none, the validation images must do for both: the marks of calibrated confidences are then
    cross-fitted in two halves, while the temperature that is kept is fitted on all of them.
    """
    known = fresh.probs(claim, validation.shas, claim.stage(0.85, 0.9))
    temperature, note = None, ""
    try:
        temperature = fit_temperature(known, validation.classes)
    except NotCalibrated as error:
        note = str(error)
    if test.shas:
        probs = fresh.probs(claim, test.shas, claim.stage(0.9, 0.95))
        after = None if temperature is None else calibrated(probs, temperature)
        return Marks(_metrics(Split.TEST, fresh.names, test, probs, after), temperature, note)
    if not validation.shas:
        return Marks({}, temperature, note)
    after = None
    if temperature is not None:
        try:
            after = cross_calibrated(known, validation.classes)
            note = "Without a test split, its effect is measured on halves that calibrate each other."
        except NotCalibrated:
            note = "Without a test split, there are too few images to measure its effect."
    return Marks(_metrics(Split.VALIDATION, fresh.names, validation, known, after), temperature, note)


def _metrics(
    split: Split, names: list[str], images: Labelled, probs: Tensor, after: Tensor | None
) -> dict[str, Any]:
    labels = torch.tensor(images.classes)
    plain = evaluate(probs, labels)
    better = None if after is None else evaluate(after, labels)
    counts = [sum(row) for row in plain.confusion]
    return {
        "split": split.value,
        "count": plain.n,
        "accuracy": plain.accuracy,
        "balanced_accuracy": plain.balanced_accuracy,
        "log_loss": plain.log_loss,
        "expected_calibration_error": plain.ece,
        "calibrated": better and {"log_loss": better.log_loss, "expected_calibration_error": better.ece},
        "per_class": [
            {"name": name, "recall": recall, "count": count}
            for name, recall, count in zip(names, plain.per_class_recall, counts, strict=True)
        ],
        "confusion": plain.confusion,
    }

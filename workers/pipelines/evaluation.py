"""What a fresh task model is worth: its marks on held-out images, and the temperature of its confidences."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from app.domain.enums import Split
from app.storage.predictions import Predictions
from workers.ml.calibration import NotCalibrated, calibrated, cross_calibrated, fit_temperature
from workers.ml.evaluation import evaluate, top_class
from workers.ml.said import Said
from workers.pipelines.claim import Claim
from workers.pipelines.predictor import Predictor


@dataclass(frozen=True)
class Labelled:
    """Content hashes of images, and the positions of their classes."""

    shas: list[str]
    classes: list[int]


@dataclass(frozen=True)
class Marks:
    """`metrics` as `MetricsOut` shows them, empty if nothing is held out; a temperature, and a note on it.

    `predictions` are those behind the metrics, with the confidences that people see.
    """

    metrics: dict[str, Any]
    temperature: float | None
    note: str
    predictions: Predictions | None = None


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
        note = error.said
    if test.shas:
        probs = fresh.probs(claim, test.shas, claim.stage(0.9, 0.95))
        after = None if temperature is None else calibrated(probs, temperature)
        marks = _metrics(Split.TEST, fresh.names, test, probs, after)
        return Marks(marks, temperature, note, _predictions(test, probs, temperature))
    if not validation.shas:
        return Marks({}, temperature, note)
    after = None
    if temperature is not None:
        try:
            after = cross_calibrated(known, validation.classes)
            text = "Without a test split, its effect is measured on halves that calibrate each other."
            note = Said("calibrated_by_halves", text)
        except NotCalibrated:
            text = "Without a test split, there are too few images to measure its effect."
            note = Said("calibration_unmeasured", text)
    marks = _metrics(Split.VALIDATION, fresh.names, validation, known, after)
    return Marks(marks, temperature, note, _predictions(validation, known, temperature))


def _predictions(images: Labelled, probs: Tensor, temperature: float | None) -> Predictions:
    plain = probs.detach().cpu().double()
    _, predicted = top_class(plain)
    shown = plain if temperature is None else calibrated(plain, temperature)
    confidence = shown.gather(1, predicted[:, None])[:, 0]
    return Predictions.of(images.shas, images.classes, predicted.numpy(), confidence.numpy())


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

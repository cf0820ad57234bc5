"""What a fresh task model is worth where images may have several classes, and from where on it tells each."""

from dataclasses import dataclass
from typing import Any

from torch import Tensor

from app.domain.enums import Split
from workers.ml.said import Said
from workers.ml.set_evaluation import (
    PLAIN_THRESHOLD,
    best_thresholds,
    cross_decided,
    decided,
    evaluate_sets,
)
from workers.pipelines.claim import Claim
from workers.pipelines.evaluation import Marks
from workers.pipelines.predictor import Predictor

UNCALIBRATED = Said(
    "plain_sigmoid", "Where images may have several classes, confidences are the plain sigmoid."
)


@dataclass(frozen=True)
class WithSets:
    """Content hashes of images, and which classes they show: (N, C) bool."""

    shas: list[str]
    truth: Tensor


def mark_sets(
    claim: Claim, fresh: Predictor, validation: WithSets, test: WithSets
) -> tuple[Marks, list[float]]:
    """Choose the thresholds on the validation split, and mark on the test split if there is one.

    If there is none, the validation images must do for both: what is marked is then told by thresholds that
    two halves choose for each other, while the ones that are kept are chosen on all of them. Without
    validation images thresholds are 0.5.
    """
    thresholds = [PLAIN_THRESHOLD] * len(fresh.names)
    known = fresh.probs(claim, validation.shas, claim.stage(0.85, 0.9))
    if validation.shas:
        thresholds = best_thresholds(known, validation.truth)
    if test.shas:
        probs = fresh.probs(claim, test.shas, claim.stage(0.9, 0.95))
        split, said, truth = Split.TEST, decided(probs, thresholds), test.truth
    elif validation.shas:
        probs, truth = known, validation.truth
        split, said = Split.VALIDATION, cross_decided(known, truth)
    else:
        return Marks({}, None, UNCALIBRATED), thresholds
    found = evaluate_sets(probs, said, truth)
    metrics: dict[str, Any] = {"split": split.value, "count": found.n, **found.as_dict()}
    del metrics["n"]
    metrics["per_class"] = [
        {"name": name, "threshold": threshold, **marks}
        for name, threshold, marks in zip(fresh.names, thresholds, metrics["per_class"], strict=True)
    ]
    return Marks(metrics, None, UNCALIBRATED), thresholds

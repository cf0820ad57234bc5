"""What a cycle's training tells of whether more labels still bring much."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from app.db.models import Model
from workers.ml.said import parts_of
from workers.ml.stability import FEWEST, agreement
from workers.ml.stopping import Point, advise
from workers.pipelines.claim import Claim
from workers.pipelines.predictor import Predictor, stored_predictor

MEAN_AP = "mean_average_precision"  # what is marked where images may have several classes
STOP_SET = 2000  # images at most, as in Bloodgood & Vijay-Shanker 2009, section 3


def compare(
    claim: Claim, fresh: Predictor, before: Model | None, told: list[str | None], stop_set: list[str]
) -> dict[str, Any]:
    """The agreement of a fresh model with the one before it, as `AgreementOut` shows it.

    Both answer for the stop set as it is now, so that no image is in it that one of them has learned from,
    and by the present names of classes: `told` are those of the model before, None for what was removed.
    Empty for a project's first model, for one that knows no present class, and for a small stop set.
    """
    if before is None or not any(told) or len(stop_set) < FEWEST:
        return {}
    earlier = stored_predictor(before, told, fresh.device)
    known = earlier.answers(claim, stop_set, claim.stage(0.95, 0.97))
    return asdict(agreement(known, fresh.answers(claim, stop_set, claim.stage(0.97, 0.99))))


def stopping_of(models: Sequence[Model], budget: int) -> dict[str, Any]:
    """The advice after the last of `models`, oldest first, as `StoppingOut` shows it.

    Marks on other held-out images than the last model's cannot be compared with it; the curve begins after
    them.
    """
    curve: list[Point] = []
    last = models[-1].metrics
    for model in reversed(models):
        marks = model.metrics
        if not marks or (marks["split"], marks["count"]) != (last.get("split"), last.get("count")):
            break
        if (value := marks.get("accuracy", marks.get(MEAN_AP))) is None:
            break
        curve.insert(0, Point(model.label_count, value, marks["count"]))
    measure = "Mean average precision" if MEAN_AP in last else "Accuracy"
    kappas = [model.agreement.get("kappa") for model in models]
    advice = advise(curve, kappas, budget, measure=measure)
    reasons = [str(reason) for reason in advice.reasons]
    return {**asdict(advice), "reasons": reasons, "said": {"reasons": parts_of(advice.reasons)}}

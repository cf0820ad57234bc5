"""Labels that are probably wrong (confident learning, Northcutt et al. 2021), by cleanlab."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor


@dataclass(frozen=True)
class Suspect:
    """A row whose label is doubted, and the class that the models see in it.

    `score` (0..1) is the quality of the given label, the worst lowest; `confidence` is the probability of the
    suggested class.
    """

    row: int
    suggested: int
    score: float
    confidence: float


def suspects(probs: Tensor, labels: Sequence[int]) -> list[Suspect]:
    """The rows whose label is probably wrong, the worst first.

    `probs` (N, C) must come from models that have not seen the image's label; every class of 0..C-1 needs a
    label. How many are suspected follows from the joint of given and likely true classes, counted off the
    diagonal and pruned by noise rate (section 3). Raises ValueError if the shapes do not fit.
    """
    if probs.ndim != 2 or len(probs) != len(labels):
        raise ValueError(f"{tuple(probs.shape)} probabilities do not fit {len(labels)} labels.")
    # Imported here, because only this job needs it.
    from cleanlab.filter import find_label_issues  # noqa: PLC0415
    from cleanlab.rank import get_label_quality_scores  # noqa: PLC0415

    given, seen = np.asarray(labels), probs.double().numpy()
    seen = seen / seen.sum(axis=1, keepdims=True)
    # One process: a job's own process may not have to wait for children that it could leave behind.
    doubted = find_label_issues(given, seen, filter_by="prune_by_noise_rate", n_jobs=1)
    scores = get_label_quality_scores(given, seen, method="self_confidence")
    others = seen.copy()
    others[np.arange(len(given)), given] = -1.0
    suggested = others.argmax(axis=1)
    rows = [int(row) for row in np.flatnonzero(doubted)]
    rows.sort(key=lambda row: (scores[row], row))
    return [
        Suspect(row, int(suggested[row]), float(scores[row]), float(others[row, suggested[row]]))
        for row in rows
    ]

"""How far two task models give the same answers."""

import math
from dataclasses import dataclass

from sklearn.metrics import cohen_kappa_score

FEWEST = 50  # images; agreement on fewer says little


@dataclass(frozen=True)
class Agreement:
    """Two models' answers for the same `images`.

    `share` (0..1) of them are equal. `kappa` is Cohen's (1960): the share above that of chance, 1 if all are
    equal; None where both models answer one and the same class for everything, which tells nothing.
    """

    images: int
    share: float
    kappa: float | None


def agreement(one: list[str], other: list[str]) -> Agreement:
    """Compare two models' answers, class names (N,) each. Raises ValueError if their numbers do not fit."""
    if not one or len(one) != len(other):
        raise ValueError(f"{len(one)} answers cannot be compared with {len(other)}.")
    share = sum(a == b for a, b in zip(one, other, strict=True)) / len(one)
    if len({*one, *other}) == 1:
        return Agreement(len(one), share, None)
    kappa = float(cohen_kappa_score(one, other))
    return Agreement(len(one), share, kappa if math.isfinite(kappa) else None)

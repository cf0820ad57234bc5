"""The images whose best class gets the least probability (PT4AL, section 3.3)."""

from torch import Tensor

from workers.ml.query import yes_or_no
from workers.ml.query.checks import checked_probs, refuse_bad_sizes
from workers.ml.query.strategy import Candidates, Need, QueryStrategy


def least_confidence(probs: Tensor, budget: int) -> Tensor:
    """Rows of `probs` (N, C) with the lowest maximum, at most `budget`; ties by row."""
    return probs.amax(dim=1).argsort(stable=True)[:budget]


def select(candidates: Candidates, budget: int, seed: int) -> list[int]:  # noqa: ARG001
    """`least_confidence` of the softmax of plain logits, as in the paper.

    (Its reference code normalises the logits first.) With several classes an image, the lowest mean
    confidence in their answers.
    """
    refuse_bad_sizes(candidates.n, budget)
    probs = checked_probs(candidates)
    if candidates.several:
        probs = yes_or_no.confidence(probs)[:, None]
    return [int(row) for row in least_confidence(probs, budget)]


STRATEGY = QueryStrategy("least_confidence", select, frozenset({Need.PROBS}))

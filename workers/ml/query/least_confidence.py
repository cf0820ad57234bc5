"""The images whose best class gets the least probability (PT4AL, section 3.3)."""

from torch import Tensor

from workers.ml.query.checks import checked_probs, refuse_bad_sizes


def least_confidence(probs: Tensor, budget: int) -> Tensor:
    """Rows of `probs` (N, C) with the lowest maximum, at most `budget`; ties by row."""
    return probs.amax(dim=1).argsort(stable=True)[:budget]


def query(probs: Tensor | None, n: int, budget: int, seed: int) -> list[int]:  # noqa: ARG001
    """`least_confidence` as a QueryStrategy. `probs` must be the softmax of plain logits, as in the paper.

    (Its reference code normalises the logits first.)
    """
    refuse_bad_sizes(n, budget)
    return [int(row) for row in least_confidence(checked_probs(probs, n), budget)]

"""The images for which the task model expects the highest loss of itself (Yoo & Kweon 2019, section 3.1)."""

from workers.ml.query.checks import checked_losses, refuse_bad_sizes
from workers.ml.query.strategy import Candidates, Need, QueryStrategy


def select(candidates: Candidates, budget: int, seed: int) -> list[int]:  # noqa: ARG001
    """The highest predicted losses first; ties by row.

    (For variety the paper's experiments first draw 10,000 images of the pool, section 4.1; here the pool
    batches narrow the pool already.)
    """
    refuse_bad_sizes(candidates.n, budget)
    order = checked_losses(candidates).argsort(descending=True, stable=True)
    return [int(row) for row in order[:budget]]


STRATEGY = QueryStrategy("learning_loss", select, frozenset({Need.PREDICTED_LOSSES}), loss_head=True)

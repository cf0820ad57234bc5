"""The images whose two best classes are closest (Scheffer et al. 2001, "Active Hidden Markov Models")."""

from torch import Tensor

from workers.ml.query import yes_or_no
from workers.ml.query.checks import checked_probs, refuse_bad_sizes
from workers.ml.query.strategy import Candidates, Need, QueryStrategy


def margins(probs: Tensor) -> Tensor:
    """The best class's probability less the second best's (0 if C = 1), of `probs` (N, C): (N,)."""
    best = probs.topk(min(2, probs.shape[1]), dim=1).values
    return best[:, 0] - best[:, 1] if best.shape[1] == 2 else best[:, 0]


def select(candidates: Candidates, budget: int, seed: int) -> list[int]:  # noqa: ARG001
    """The smallest `margins` first; ties by row.

    With several classes an image, the smallest margin between yes and no of any of them.
    """
    refuse_bad_sizes(candidates.n, budget)
    probs = checked_probs(candidates)
    margin = yes_or_no.least_margin(probs) if candidates.several else margins(probs)
    order = margin.argsort(stable=True)
    return [int(row) for row in order[:budget]]


STRATEGY = QueryStrategy("margin", select, frozenset({Need.PROBS}))

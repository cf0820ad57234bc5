"""The images whose prediction is spread most evenly (Shannon 1948; Settles 2009, section 3.1)."""

import torch
from torch import Tensor

from workers.ml.query import yes_or_no
from workers.ml.query.checks import checked_probs, refuse_bad_sizes
from workers.ml.query.strategy import Candidates, Need, QueryStrategy


def entropy(probs: Tensor) -> Tensor:
    """The entropy of `probs` (..., C) over its last dimension, in nats, 0 log 0 being 0: (...)."""
    each: Tensor = torch.special.entr(probs)
    return each.sum(dim=-1)


def select(candidates: Candidates, budget: int, seed: int) -> list[int]:  # noqa: ARG001
    """The largest `entropy` first; ties by row. With several classes an image, the mean of theirs."""
    refuse_bad_sizes(candidates.n, budget)
    probs = checked_probs(candidates)
    spread = yes_or_no.mean_entropy(probs) if candidates.several else entropy(probs)
    order = spread.argsort(descending=True, stable=True)
    return [int(row) for row in order[:budget]]


STRATEGY = QueryStrategy("entropy", select, frozenset({Need.PROBS}))

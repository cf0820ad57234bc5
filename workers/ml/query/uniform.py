"""Evenly spread over the ranks: the query before there is a task model (PT4AL, section 3.3)."""

from workers.ml.query.checks import refuse_bad_sizes
from workers.ml.query.strategy import Candidates, QueryStrategy


def uniform(n: int, budget: int) -> list[int]:
    """Of `n` ranked images every `floor(n / budget)`-th, beginning with the first, at most `budget`.

    5,000 images and a budget of 1,000 give every fifth. A budget of `n` or more gives all of them. Raises
    ValueError for a negative number.
    """
    refuse_bad_sizes(n, budget)
    if budget == 0:
        return []
    step = max(1, n // budget)
    return list(range(0, n, step))[:budget]


def select(candidates: Candidates, budget: int, seed: int) -> list[int]:  # noqa: ARG001
    """`uniform` over the candidates' ranks."""
    return uniform(candidates.n, budget)


STRATEGY = QueryStrategy("uniform", select)

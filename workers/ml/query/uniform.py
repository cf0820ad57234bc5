"""Evenly spread over the ranks: the query before there is a task model (PT4AL, section 3.3)."""

from torch import Tensor

from workers.ml.query.checks import refuse_bad_sizes


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


def query(probs: Tensor | None, n: int, budget: int, seed: int) -> list[int]:  # noqa: ARG001
    """`uniform` as a QueryStrategy."""
    return uniform(n, budget)

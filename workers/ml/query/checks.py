"""What every query strategy refuses."""

from torch import Tensor


def refuse_bad_sizes(n: int, budget: int) -> None:
    """Raises ValueError if `n` or `budget` is negative."""
    if n < 0 or budget < 0:
        raise ValueError(f"Cannot choose {budget} of {n} images.")


def checked_probs(probs: Tensor | None, n: int) -> Tensor:
    """`probs`, if it is (n, C) with C >= 1 and without a NaN; else ValueError."""
    if probs is None:
        raise ValueError("This query strategy needs the task model's probabilities.")
    if probs.ndim != 2 or len(probs) != n or probs.shape[1] < 1:
        raise ValueError(f"The probabilities are {tuple(probs.shape)}, not ({n}, classes).")
    if probs.isnan().any():
        raise ValueError("A probability is not a number.")
    return probs

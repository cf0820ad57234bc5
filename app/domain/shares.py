"""Shares, and how sure they are.

- Wilson's interval of one share: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical
  Inference", Journal of the American Statistical Association 22 (1927).
- Newcombe's interval of the difference of two: R. G. Newcombe, "Interval estimation for the difference
  between independent proportions", Statistics in Medicine 17 (1998), method 10.
"""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Share:
    """`count` of `total`, the share, and its 95 % interval; None where there is nothing to count."""

    count: int
    total: int
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Difference:
    """One share less another one, with the 95 % interval."""

    difference: float
    low: float
    high: float


def share_of(count: int, total: int) -> Share:
    """Return a share with Wilson's interval; raises ValueError if more are counted than there are."""
    if not 0 <= count <= total:
        raise ValueError(f"{count} of {total} is no share.")
    if total == 0:
        return Share(0, 0, None, None, None)
    p, n = count / total, total
    middle = (p + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
    # Rounding must not put a share of none or all outside its own interval.
    return Share(count, total, p, min(p, max(0.0, middle - half)), max(p, min(1.0, middle + half)))


def difference_of(first: Share, second: Share) -> Difference | None:
    """Return how much larger the first share is, with Newcombe's interval; None where one counts nothing."""
    match first, second:
        case (
            Share(share=float(p), low=float(p_low), high=float(p_high)),
            Share(share=float(q), low=float(q_low), high=float(q_high)),
        ):
            below = sqrt((p - p_low) ** 2 + (q_high - q) ** 2)
            above = sqrt((p_high - p) ** 2 + (q - q_low) ** 2)
            return Difference(p - q, p - q - below, p - q + above)
        case _:
            return None

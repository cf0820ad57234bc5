"""How the losses of a pretext run are spread."""

from typing import TypedDict

import numpy as np

from workers.ml.ranking import Losses


class Histogram(TypedDict):
    """`counts[i]` losses lie from `edges[i]` to below `edges[i + 1]`; the last holds its upper edge too."""

    edges: list[float]
    counts: list[int]


def loss_histogram(losses: Losses, bins: int = 40) -> Histogram:
    """The losses in `bins` bins of equal width from the smallest to the largest, as JSON takes them.

    Losses that are all equal fill one bin without width, and no losses none. Raises ValueError for losses
    that are not finite, and for fewer than one bin.
    """
    values = np.asarray(losses, np.float64)
    if bins < 1:
        raise ValueError(f"There must be at least one bin, not {bins}.")
    if not np.isfinite(values).all():
        raise ValueError("A loss is not finite.")
    if len(values) == 0:
        return {"edges": [], "counts": []}
    low, high = values.min(), values.max()
    if low == high:
        return {"edges": [float(low), float(high)], "counts": [len(values)]}
    # Weighted, not stepped: the difference of two finite losses may not be finite.
    parts = np.arange(bins + 1) / bins
    edges = np.maximum.accumulate(low * (1 - parts) + high * parts).clip(low, high)
    edges[0], edges[-1] = low, high
    places = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, bins - 1)
    return {"edges": edges.tolist(), "counts": np.bincount(places, minlength=bins).tolist()}

"""How the losses of a pretext run are spread."""

from typing import Literal, TypedDict

import numpy as np
from numpy.typing import NDArray

from workers.ml.ranking import Losses

Floats = NDArray[np.float64]

_WIDE = 100.0  # from the 5th to the 95th percentile; less does not crowd one end of equal bins
_MOST_DECADES = 6


class Histogram(TypedDict):
    """`counts[i]` losses lie from `edges[i]` to below `edges[i + 1]`; the last holds its upper edge too."""

    edges: list[float]
    counts: list[int]
    scale: Literal["linear", "log"]


def loss_histogram(losses: Losses, bins: int = 40) -> Histogram:
    """The losses in `bins` bins from the smallest to the largest, as JSON takes them.

    Bins are equally wide (`linear`), or, where the middle nine tenths of the losses span two decades and
    none is negative, equally wide in the logarithm (`log`): over six decades at most, and the first bin
    holds all that is smaller. Losses that are all equal fill one bin without width, and no losses none.
    Raises ValueError for losses that are not finite, and for fewer than one bin.
    """
    values = np.asarray(losses, np.float64)
    if bins < 1:
        raise ValueError(f"There must be at least one bin, not {bins}.")
    if not np.isfinite(values).all():
        raise ValueError("A loss is not finite.")
    if len(values) == 0:
        return {"edges": [], "counts": [], "scale": "linear"}
    low, high = values.min(), values.max()
    if low == high:
        return {"edges": [float(low), float(high)], "counts": [len(values)], "scale": "linear"}
    begin = max(low, high / 10**_MOST_DECADES)
    log = low >= 0 < begin and _spread_over_decades(values)
    parts = np.arange(bins + 1) / bins
    # Weighted, not stepped: the difference of two finite losses may not be finite.
    with np.errstate(over="ignore"):  # a rounding beyond the largest number; it is clipped
        edges = begin * (high / begin) ** parts if log else low * (1 - parts) + high * parts
    edges = np.maximum.accumulate(edges).clip(low, high)
    edges[0], edges[-1] = low, high
    places = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, bins - 1)
    counts = np.bincount(places, minlength=bins).tolist()
    return {"edges": edges.tolist(), "counts": counts, "scale": "log" if log else "linear"}


def _spread_over_decades(values: Floats) -> bool:
    few, most = np.quantile(values, [0.05, 0.95])
    return bool(few <= most / _WIDE)

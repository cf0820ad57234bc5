"""How pretext losses are spread."""

from collections.abc import Sequence
from typing import Any

import numpy as np

_MOST_BINS = 40


def loss_histogram(losses: Sequence[float], bins: int = _MOST_BINS) -> dict[str, Any]:
    """Counts of losses in `bins` of equal width: `edges` (bins + 1) and `counts` (bins), as JSON takes them.

    Losses that are all equal fill one bin. No losses give no bins. Raises ValueError for a loss that is not
    a finite number.
    """
    if len(losses) == 0:
        return {"edges": [], "counts": []}
    values = np.asarray(losses, np.float64)
    if not np.isfinite(values).all():
        raise ValueError("A loss is not a finite number.")
    if np.ptp(values) == 0:
        return {"edges": [float(values[0]), float(values[0])], "counts": [len(values)]}
    counts, edges = np.histogram(values, bins=bins)
    return {"edges": edges.tolist(), "counts": counts.tolist()}

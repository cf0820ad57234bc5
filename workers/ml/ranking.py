"""From pretext losses to pool batches (PT4AL, section 3.2)."""

import math
from collections.abc import Sequence
from typing import Literal

from workers.ml.seeds import derived_seed

Order = Literal["descending", "ascending", "shuffled"]


def rank(
    losses: Sequence[float], ids: Sequence[str], order: Order = "descending", seed: int = 0
) -> list[int]:
    """Positions of all images by loss, hardest first (or, `ascending`, easiest first); ties by ascending id.

    `shuffled` is the control: an order that depends on `seed` and the ids alone.

    The order is numerical: 0.5 comes before 1.9e-05. (The paper's reference code sorts the printed losses as
    text, where it comes after.) Raises ValueError for a loss that is not a number, for an unknown order,
    and if there are not as many ids as losses.
    """
    if len(losses) != len(ids):
        raise ValueError(f"There are {len(losses)} losses and {len(ids)} ids.")
    _refuse_nan(losses)
    if order == "shuffled":
        return sorted(range(len(ids)), key=lambda row: derived_seed(seed, "shuffled", ids[row]))
    sign = _sign(order)
    return sorted(range(len(losses)), key=lambda row: (sign * losses[row], ids[row]))


def split_pool(n: int, parts: int) -> list[range]:
    """Ranks 0..n-1 as `parts` consecutive ranges, sizes at most one apart, the larger first.

    Pool batch b, counted from 1 as people do, is range b-1. Raises ValueError for n < 0 or parts < 1.
    """
    if n < 0 or parts < 1:
        raise ValueError(f"{n} images cannot be cut into {parts} pool batches.")
    size, larger = divmod(n, parts)
    ends = [(part + 1) * size + min(part + 1, larger) for part in range(parts)]
    return [range(start, end) for start, end in zip([0, *ends], ends, strict=False)]


def pool_batch_boundaries(ranked_losses: Sequence[float], parts: int) -> list[float]:
    """The last loss of each pool batch of losses sorted as `rank` sorts them; empty pool batches have none.

    Hardest first, that is the smallest loss of each. Feed it to `pool_batch_of`. Errors as `split_pool`.
    """
    return [ranked_losses[part[-1]] for part in split_pool(len(ranked_losses), parts) if part]


def pool_batch_of(
    loss: float,
    boundaries: Sequence[float],
    order: Order = "descending",
    *,
    image_id: str = "",
    seed: int = 0,
) -> int:
    """The number, from 1, of the pool batch an image imported later falls into.

    That is the first pool batch whose boundary the loss reaches, and the last one for losses beyond all;
    under `shuffled`, one that `seed` and `image_id` decide.
    Raises ValueError if there are no boundaries, or the loss is not a number, or the order is unknown.
    """
    if not boundaries:
        raise ValueError("There are no pool batches.")
    _refuse_nan([loss])
    if order == "shuffled":
        return 1 + derived_seed(seed, "pool batch", image_id) % len(boundaries)
    sign = _sign(order)
    reached = (b for b, boundary in enumerate(boundaries, start=1) if sign * loss <= sign * boundary)
    return next(reached, len(boundaries))


def _sign(order: Order) -> int:
    if order not in ("descending", "ascending"):
        raise ValueError(f"There is no order {order!r}.")
    return -1 if order == "descending" else 1


def _refuse_nan(losses: Sequence[float]) -> None:
    for row, loss in enumerate(losses):
        if math.isnan(loss):
            raise ValueError(f"The loss in row {row} is not a number.")

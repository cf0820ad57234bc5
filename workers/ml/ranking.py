"""From pretext losses to pool batches (PT4AL, section 3.2)."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from workers.ml.seeds import derived_seed

# `shuffled` is the control: it looks at no loss, so what the others gain over it is the loss's doing.
Order = Literal["descending", "ascending", "shuffled"]

Losses = Sequence[float] | NDArray[np.float64]


def rank(losses: Losses, ids: Sequence[str], order: Order = "descending", seed: int = 0) -> list[int]:
    """Positions of all images by loss, hardest first (or, `ascending`, easiest first); ties by ascending id.

    The order is numerical: 0.5 comes before 1.9e-05. (The paper's reference code sorts the printed losses as
    text, where it comes after.) `shuffled` sorts by a hash of `seed` and id instead, and by nothing else:
    the same images come in the same order whatever their losses and however they are passed.

    Raises ValueError for a loss that is not a number, for an unknown order, and if there are not as many ids
    as losses.
    """
    if len(losses) != len(ids):
        raise ValueError(f"There are {len(losses)} losses and {len(ids)} ids.")
    values = np.asarray(losses, np.float64)
    _refuse_nan(values)
    if order == "shuffled":
        keys: NDArray[np.float64] | NDArray[np.int64] = np.fromiter(
            (_shuffled_key(seed, id_) for id_ in ids), np.int64, len(ids)
        )
    else:
        keys = _sign(order) * values
    # UTF-8 sorts as its text does, and takes a quarter of the memory of numpy's own strings.
    longest = max((len(id_.encode()) for id_ in ids), default=1)
    names = np.fromiter((id_.encode() for id_ in ids), np.dtype(f"S{max(1, longest)}"), len(ids))
    ranked: list[int] = np.lexsort((names, keys)).tolist()
    return ranked


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

    Hardest first, that is the smallest loss of each; `shuffled`, it says no more than how many pool batches
    there are. Feed it to `pool_batch_of`. Errors as `split_pool`.
    """
    return [ranked_losses[part[-1]] for part in split_pool(len(ranked_losses), parts) if part]


def pool_batch_of(
    loss: float,
    boundaries: Sequence[float],
    order: Order = "descending",
    *,
    image_id: str | None = None,
    seed: int = 0,
) -> int:
    """The number, from 1, of the pool batch an image imported later falls into.

    That is the first pool batch whose boundary the loss reaches, and the last one for losses beyond all.
    `shuffled`, it is the equal part of all hashes that the hash of `seed` and `image_id` lies in: one pool
    batch is as likely as another, and it is about where `rank` would have put the image.

    Raises ValueError if there are no boundaries, or the loss is not a number, or the order is unknown, or
    `shuffled` has no `image_id` to go by.
    """
    if not boundaries:
        raise ValueError("There are no pool batches.")
    _refuse_nan(np.array([loss]))
    if order == "shuffled":
        if image_id is None:
            raise ValueError("A shuffled order goes by the image's id.")
        return 1 + (_shuffled_key(seed, image_id) * len(boundaries) >> 63)
    sign = _sign(order)
    reached = (b for b, boundary in enumerate(boundaries, start=1) if sign * loss <= sign * boundary)
    return next(reached, len(boundaries))


def _shuffled_key(seed: int, image_id: str) -> int:
    """A number in 0..2^63-1 that all values are equally likely for."""
    return derived_seed(seed, "shuffled", image_id)


def _sign(order: Order) -> int:
    if order not in ("descending", "ascending"):
        raise ValueError(f"There is no order {order!r}.")
    return -1 if order == "descending" else 1


def _refuse_nan(losses: NDArray[np.float64]) -> None:
    rows = np.flatnonzero(np.isnan(losses))
    if len(rows):
        raise ValueError(f"The loss in row {rows[0]} is not a number.")

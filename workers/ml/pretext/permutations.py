"""The orders in which the jigsaw's tiles are laid out."""

from functools import lru_cache
from itertools import permutations

import numpy as np
import torch
from torch import Tensor


@lru_cache
def distant_permutations(tiles: int, count: int) -> Tensor:
    """`count` permutations of 0..tiles-1 that differ from each other in as many places as can be: int64.

    The order as it is comes first; each next one is as far as possible from the nearest of those before it,
    then as far as possible from all of them together, then the first in alphabetical order. That is the
    greedy rule of Noroozi & Favaro 2016 (algorithm 1), which weighs only the sum of distances, and with it
    may take two that hardly differ. Distance is Hamming's; nothing is drawn. Shape (count, tiles).

    Raises ValueError if there are not as many permutations, or if `tiles` is above 9, where there are
    millions.
    """
    if not 1 <= tiles <= 9:
        raise ValueError(f"There must be 1 to 9 tiles, not {tiles}.")
    all_of_them = np.array(list(permutations(range(tiles))), np.uint8)
    if not 1 <= count <= len(all_of_them):
        raise ValueError(f"{tiles} tiles have {len(all_of_them)} permutations; {count} were asked for.")
    nearest = np.full(len(all_of_them), tiles + 1, np.int64)
    total = np.zeros(len(all_of_them), np.int64)
    chosen = [0]
    while len(chosen) < count:
        distance = (all_of_them != all_of_them[chosen[-1]]).sum(axis=1)
        nearest = np.minimum(nearest, distance)
        total += distance
        # No total reaches tiles * count, so that the nearest decides first.
        chosen.append(int((nearest * (tiles * count) + total).argmax()))
    return torch.from_numpy(all_of_them[chosen].astype(np.int64))

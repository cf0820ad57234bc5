"""Where control images come among the others, and what is shown with them.

Everything is drawn by a keyed hash: to the annotator, who has no key, it looks like chance, and asking twice
gives the same answer. Fresh draws would let a page that leases and gives back see what comes and goes.
"""

import hmac
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from uuid import UUID


def drawn(key: UUID, *about: object) -> float:
    """Return a number of [0, 1), always the same for the same thing; only who has the key can tell it."""
    said = "\0".join(map(str, about)).encode()
    return int.from_bytes(hmac.digest(key.bytes, said, "sha256")[:8]) / 2**64


def most_of(queued: int, share: float) -> int:
    """Return how many control images come with a queue of so many images, to who answers it alone."""
    return ceil(queued * share / (1 - share))


@dataclass
class Mix:
    """What comes next: how many images of the queue, control images given back, and places of new ones."""

    images: int = 0
    again: int = 0
    new: list[tuple[int, int]] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many there are in all."""
        return self.images + self.again + len(self.new)


def mixed(
    free: Sequence[int],
    given_back: Sequence[int],
    before: Mapping[int, int],
    *,
    limit: int,
    most: int,
    comes: Callable[[int, int], bool],
) -> Mix:
    """Mix control images into the next images of a queue.

    `free` has the positions of the images that are free, `given_back` those of control images that come
    again, both ascending; `before` how many control images there are at a position already. A control image
    always comes before an image of the queue: without one there is none, and none comes last. `comes` says of
    a position and a place before it whether a new one is there: place after place, until one is not; at most
    `most` are new.
    """
    mix, again = Mix(), deque(given_back)
    for position in free:
        while again and again[0] <= position and mix.size < limit:
            again.popleft()
            mix.again += 1
        place = before.get(position, 0)
        while mix.size < limit and len(mix.new) < most and comes(position, place):
            mix.new.append((position, place))
            place += 1
        if mix.size == limit:
            break
        mix.images += 1
    return mix


def weighted(weights: Sequence[float], number: float) -> int | None:
    """Return the place that a number of [0, 1) falls on, each as wide as its weight; None without weights."""
    left = number * sum(weights)
    for place, weight in enumerate(weights):
        if left < weight:
            return place
        left -= weight
    return None


def between(after: float, before: float | None, number: float) -> float:
    """Return what a number of [0, 1) picks between two confidences; without the first one a little below."""
    low = 0.98 * after if before is None else before
    return after + (low - after) * number

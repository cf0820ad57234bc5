"""How many people are asked for each image, and what their answers come to."""

from collections import Counter
from collections.abc import Hashable, Sequence
from collections.abc import Set as AbstractSet
from random import Random
from typing import TypeVar

from app.domain.enums import LabelRule

T = TypeVar("T", bound=Hashable)


def slots_of(images: int, overlap: int, share: float, seed: int) -> list[int]:
    """Return how many people each image goes to: a drawn share to `overlap`, the rest to one."""
    several = drawn(images, share, seed)
    return [overlap if place in several else 1 for place in range(images)]


def drawn(images: int, share: float, seed: int) -> set[int]:
    """Return the places of a share of the images, drawn by chance."""
    return set(Random(seed).sample(range(images), round(share * images)))  # a draw, no secret


def decided(answers: Sequence[T], rule: LabelRule) -> T | None:
    """Return the answer that most people gave; None where none leads, or where a reviewer decides.

    Where people are weighed by their reliability, this is what stands until labelling closes.
    """
    if rule is LabelRule.REVIEWER or not answers:
        return None
    first, *others = Counter(answers).most_common(2)
    return None if others and others[0][1] == first[1] else first[0]


def decided_set(answers: Sequence[AbstractSet[T]], rule: LabelRule) -> set[T] | None:
    """Return the classes that more than half of the answers name, for each class on its own.

    None where exactly half of them name a class, where there are no answers, or where a reviewer decides.
    """
    if rule is LabelRule.REVIEWER or not answers:
        return None
    named = Counter(name for answer in answers for name in answer)
    if any(2 * count == len(answers) for count in named.values()):
        return None
    return {name for name, count in named.items() if 2 * count > len(answers)}

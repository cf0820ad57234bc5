"""How far people agree beyond chance. Answers are nominal; images with fewer than two answers say nothing.

- Cohen's kappa of two people: J. Cohen, "A Coefficient of Agreement for Nominal Scales", Educational and
  Psychological Measurement 20 (1960).
- Fleiss' kappa of any number of people: J. L. Fleiss, "Measuring nominal scale agreement among many
  raters", Psychological Bulletin 76 (1971), its mean over images taken where their numbers of answers differ.
- Krippendorff's alpha: K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), section C.

Each is 1 where all agree, 0 where they agree as by chance, and None where chance alone makes all agree
(only one answer was ever given) or where there is nothing to compare.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Generic, TypeVar

P = TypeVar("P", bound=Hashable)
C = TypeVar("C", bound=Hashable)


@dataclass(frozen=True)
class Pair(Generic[P]):
    """Two people: the images that both answered, on what share of them they agree, and Cohen's kappa."""

    first: P
    second: P
    images: int
    agreement: float
    kappa: float | None


def pairs(answers: Sequence[Mapping[P, C]]) -> list[Pair[P]]:
    """Compare every two people who answered the same images; `answers` has one mapping an image."""
    met: dict[tuple[P, P], list[tuple[C, C]]] = {}
    for said in answers:
        for first, second in combinations(sorted(said, key=str), 2):
            met.setdefault((first, second), []).append((said[first], said[second]))
    return [
        Pair(first, second, len(both), sum(a == b for a, b in both) / len(both), cohen_kappa(both))
        for (first, second), both in met.items()
    ]


def cohen_kappa(both: Sequence[tuple[C, C]]) -> float | None:
    """Return Cohen's kappa of two people's answers for the same images."""
    if not both:
        return None
    observed = sum(a == b for a, b in both) / len(both)
    first, second = Counter(a for a, _ in both), Counter(b for _, b in both)
    expected = sum(first[name] * second[name] for name in first) / len(both) ** 2
    return _beyond(observed, expected)


def fleiss_kappa(images: Sequence[Counter[C]]) -> float | None:
    """Return Fleiss' kappa; each image counts its answers by class."""
    compared = [votes for votes in images if votes.total() > 1]
    if not compared:
        return None
    observed = sum(_agreeing_pairs(v) / _pairs(v) for v in compared) / len(compared)
    total: Counter[C] = sum(compared, Counter())
    expected = sum((count / total.total()) ** 2 for count in total.values())
    return _beyond(observed, expected)


def krippendorff_alpha(images: Sequence[Counter[C]]) -> float | None:
    """Return Krippendorff's alpha for nominal data; each image counts its answers by class."""
    compared = [votes for votes in images if votes.total() > 1]
    total: Counter[C] = sum(compared, Counter())
    n = total.total()
    if not compared:
        return None
    observed = sum(_agreeing_pairs(v) / (v.total() - 1) for v in compared) / n
    return _beyond(observed, _agreeing_pairs(total) / _pairs(total))


def against_the_rest(images: Sequence[Counter[C]], holds: Callable[[C], bool]) -> list[Counter[bool]]:
    """Count each image's answers as those that hold something, and the rest."""
    found = []
    for votes in images:
        count = sum(votes[answer] for answer in votes if holds(answer))
        found.append(Counter({True: count, False: votes.total() - count}))
    return found


def _agreeing_pairs(votes: Counter[C]) -> int:
    return sum(count * (count - 1) for count in votes.values())


def _pairs(votes: Counter[C]) -> int:
    return votes.total() * (votes.total() - 1)


def _beyond(observed: float, expected: float) -> float | None:
    return None if expected == 1 else (observed - expected) / (1 - expected)

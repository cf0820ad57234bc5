"""How many bad inputs the tests have made, by kind: told at the end of a run (tests/fuzz/summary.py)."""

from collections import Counter

COUNTS: Counter[str] = Counter()


def count(kind: str, inputs: int = 1) -> None:
    """Note that so many inputs of a kind were given to what must take or refuse them."""
    COUNTS[kind] += inputs

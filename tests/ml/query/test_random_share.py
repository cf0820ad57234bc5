import pytest

from tests.ml.query.candidates import candidates
from workers.ml.query import random_share
from workers.ml.query.margin import STRATEGY


def test_no_share_leaves_the_strategy_alone() -> None:
    known = candidates(50)
    assert random_share.choose(STRATEGY, 0.0, known, 10, 1) == STRATEGY(known, 10, 1)


@pytest.mark.parametrize(("share", "kept"), [(0.25, 15), (0.5, 10), (1.0, 0)])
def test_the_strategy_keeps_its_part_in_its_order(share: float, kept: int) -> None:
    known = candidates(100)
    by_strategy = STRATEGY(known, kept, 1)
    chosen = random_share.choose(STRATEGY, share, known, 20, 1)
    assert len(set(chosen)) == 20
    assert [row for row in chosen if row in by_strategy] == by_strategy


def test_what_is_drawn_depends_on_the_seed() -> None:
    known = candidates(100)
    first = random_share.choose(STRATEGY, 0.5, known, 20, 1)
    assert random_share.choose(STRATEGY, 0.5, known, 20, 1) == first
    assert random_share.choose(STRATEGY, 0.5, known, 20, 2) != first


def test_both_parts_are_mixed_evenly() -> None:
    known = candidates(100)
    by_strategy = set(STRATEGY(known, 10, 1))
    half = random_share.choose(STRATEGY, 0.5, known, 20, 1)[:10]
    assert len(by_strategy & set(half)) == 5


def test_a_small_pool_is_taken_whole() -> None:
    assert sorted(random_share.choose(STRATEGY, 0.5, candidates(7), 20, 1)) == list(range(7))

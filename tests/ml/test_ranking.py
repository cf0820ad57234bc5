import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.ml.ranking import (
    pool_batch_boundaries,
    pool_batch_of,
    rank,
    split_pool,
)


def test_losses_with_exponents_are_ranked_as_numbers() -> None:
    # As text "1.9e-05" would come before "0.5".
    assert rank([1.9e-05, 0.5, 1.2], ["a", "b", "c"]) == [2, 1, 0]


def test_equal_losses_are_ranked_by_id() -> None:
    assert rank([0.5, 0.5, 0.7], ["b", "a", "c"]) == [2, 1, 0]


def test_ascending_reverses_losses_but_not_ties() -> None:
    assert rank([0.5, 0.5, 0.1], ["b", "a", "c"], "ascending") == [2, 1, 0]


def test_infinite_losses_are_the_hardest() -> None:
    assert rank([1.0, math.inf], ["a", "b"]) == [1, 0]


def test_a_loss_that_is_not_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="row 1"):
        rank([0.5, math.nan], ["a", "b"])


def test_as_many_ids_as_losses_are_needed() -> None:
    with pytest.raises(ValueError, match="2 losses and 1 ids"):
        rank([0.5, 0.6], ["a"])


def test_an_unknown_order_is_refused() -> None:
    with pytest.raises(ValueError, match="sideways"):
        rank([0.5], ["a"], "sideways")  # type: ignore[arg-type]


@given(st.lists(st.floats(allow_nan=False), max_size=30))
def test_ranked_losses_never_rise(losses: list[float]) -> None:
    order = rank(losses, [str(row) for row in range(len(losses))])
    ranked = [losses[row] for row in order]
    assert ranked == sorted(losses, reverse=True)


@given(st.integers(0, 500), st.integers(1, 40))
def test_every_rank_is_in_exactly_one_pool_batch(n: int, parts: int) -> None:
    assert [i for part in split_pool(n, parts) for i in part] == list(range(n))


@given(st.integers(0, 500), st.integers(1, 40))
def test_sizes_of_pool_batches_differ_by_at_most_one(n: int, parts: int) -> None:
    sizes = [len(part) for part in split_pool(n, parts)]
    assert len(sizes) == parts
    assert max(sizes) - min(sizes) <= 1


def test_the_larger_pool_batches_come_first() -> None:
    assert split_pool(7, 3) == [range(3), range(3, 5), range(5, 7)]


@pytest.mark.parametrize(("n", "parts"), [(-1, 3), (5, 0)])
def test_impossible_cuts_are_refused(n: int, parts: int) -> None:
    with pytest.raises(ValueError, match="cannot be cut"):
        split_pool(n, parts)


def test_boundaries_are_the_smallest_losses() -> None:
    assert pool_batch_boundaries([0.9, 0.8, 0.5, 0.4, 0.1], 3) == [0.8, 0.4, 0.1]


def test_empty_pool_batches_have_no_boundary() -> None:
    assert pool_batch_boundaries([0.9, 0.8], 5) == [0.9, 0.8]


@pytest.mark.parametrize(
    ("loss", "batch"), [(2.0, 1), (0.8, 1), (0.79, 2), (0.4, 2), (0.2, 3), (0.1, 3), (0.0, 3)]
)
def test_a_later_image_joins_the_pool_batch_of_its_loss(loss: float, batch: int) -> None:
    assert pool_batch_of(loss, [0.8, 0.4, 0.1]) == batch


@pytest.mark.parametrize(("loss", "batch"), [(0.0, 1), (0.1, 1), (0.2, 2), (3.0, 3)])
def test_a_later_image_in_ascending_order(loss: float, batch: int) -> None:
    assert pool_batch_of(loss, [0.1, 0.4, 0.8], "ascending") == batch


def test_without_pool_batches_there_is_none_to_join() -> None:
    with pytest.raises(ValueError, match="no pool batches"):
        pool_batch_of(0.5, [])

import math
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.ml.ranking import (
    pool_batch_boundaries,
    pool_batch_of,
    rank,
    split_pool,
)
from workers.ml.seeds import derived_seed


def test_losses_with_exponents_are_ranked_as_numbers() -> None:
    # As text "1.9e-05" would come before "0.5".
    assert rank([1.9e-05, 0.5, 1.2], ["a", "b", "c"]) == [2, 1, 0]


def test_equal_losses_are_ranked_by_id() -> None:
    assert rank([0.5, 0.5, 0.7], ["b", "a", "c"]) == [2, 1, 0]


def test_ascending_reverses_losses_but_not_ties() -> None:
    assert rank([0.5, 0.5, 0.1], ["b", "a", "c"], "ascending") == [2, 1, 0]


def test_shuffled_looks_at_ids_alone() -> None:
    ids = [str(number) for number in range(50)]
    order = rank([1.0] * 50, ids, "shuffled", seed=1)
    assert sorted(order) == list(range(50))
    assert order != list(range(50))
    assert rank([float(number) for number in range(50)], ids, "shuffled", seed=1) == order


def test_shuffled_is_the_order_of_the_hashes() -> None:
    ids = ["a", "b", "c", "d"]
    hashes = [derived_seed(7, "shuffled", name) for name in ids]
    assert rank([0.0] * 4, ids, "shuffled", seed=7) == sorted(range(4), key=hashes.__getitem__)


def test_shuffled_does_not_depend_on_the_order_of_the_images() -> None:
    ids = [str(number) for number in range(20)]
    forwards = [ids[row] for row in rank([0.0] * 20, ids, "shuffled")]
    back = ids[::-1]
    assert [back[row] for row in rank([0.0] * 20, back, "shuffled")] == forwards


def test_another_seed_shuffles_otherwise() -> None:
    ids = [str(number) for number in range(20)]
    assert rank([0.0] * 20, ids, "shuffled", seed=1) != rank([0.0] * 20, ids, "shuffled", seed=2)


def test_arrays_are_ranked_as_lists_are() -> None:
    assert rank(np.array([0.1, 0.7, 0.3]), ["a", "b", "c"]) == [1, 2, 0]


def test_no_images_have_no_ranks() -> None:
    assert rank([], []) == []
    assert rank([], [], "shuffled") == []


def test_ids_compare_as_text_does() -> None:
    ids = ["b", "", "a\u00e9", "az", "\U0001f600", "\uffff"]
    assert [ids[row] for row in rank([1.0] * 6, ids)] == sorted(ids)


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


@given(
    st.lists(st.tuples(st.sampled_from([0.0, -0.0, 1.5, 1e-300, math.inf, -2.0]), st.uuids()), max_size=30)
)
def test_ranking_is_sorting_by_loss_and_id(images: list[tuple[float, UUID]]) -> None:
    losses, ids = [loss for loss, _ in images], [str(id_) for _, id_ in images]
    expected = sorted(range(len(images)), key=lambda row: (-losses[row], ids[row]))
    assert rank(losses, ids) == expected


@given(st.lists(st.uuids(), unique=True, max_size=30), st.integers())
def test_shuffling_keeps_every_image(ids: list[UUID], seed: int) -> None:
    order = rank([0.0] * len(ids), [str(id_) for id_ in ids], "shuffled", seed)
    assert sorted(order) == list(range(len(ids)))


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


def test_a_later_image_of_a_shuffled_order_goes_by_its_id() -> None:
    batches = [pool_batch_of(0.5, [0.1] * 4, "shuffled", image_id=str(n), seed=3) for n in range(4000)]
    assert batches == [
        pool_batch_of(9.9, [0.1] * 4, "shuffled", image_id=str(n), seed=3) for n in range(4000)
    ]
    counts = [batches.count(batch) for batch in (1, 2, 3, 4)]
    assert sum(counts) == 4000
    assert min(counts) > 900


def test_a_later_image_of_a_shuffled_order_falls_about_where_it_would_have_been() -> None:
    ids = [str(number) for number in range(1000)]
    ranked = rank([0.0] * 1000, ids, "shuffled", seed=5)
    batch_of_rank = [number for number, part in enumerate(split_pool(1000, 10), start=1) for _ in part]
    found = {row: pool_batch_of(0.0, [0.0] * 10, "shuffled", image_id=ids[row], seed=5) for row in ranked}
    assert all(abs(found[row] - batch_of_rank[place]) <= 1 for place, row in enumerate(ranked))


@given(st.text(max_size=10), st.integers(), st.integers(1, 50))
def test_a_shuffled_pool_batch_is_one_that_exists(name: str, seed: int, parts: int) -> None:
    assert 1 <= pool_batch_of(0.0, [0.0] * parts, "shuffled", image_id=name, seed=seed) <= parts


def test_a_shuffled_order_needs_an_id() -> None:
    with pytest.raises(ValueError, match="id"):
        pool_batch_of(0.5, [0.1], "shuffled")


def test_a_loss_that_is_not_a_number_has_no_pool_batch() -> None:
    with pytest.raises(ValueError, match="not a number"):
        pool_batch_of(math.nan, [0.1])

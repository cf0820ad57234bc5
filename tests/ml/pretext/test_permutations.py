import math

import pytest

from workers.ml.pretext.permutations import distant_permutations


def distance(one: list[int], other: list[int]) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def test_three_tiles_by_hand() -> None:
    # The two rotations differ from the first order, and from each other, in all places.
    assert distant_permutations(3, 3).tolist() == [[0, 1, 2], [1, 2, 0], [2, 0, 1]]


def test_the_fourth_of_three_tiles_is_the_first_that_is_left() -> None:
    assert distant_permutations(3, 4)[3].tolist() == [0, 2, 1]


def test_all_are_permutations_and_no_two_are_the_same() -> None:
    found = distant_permutations(9, 100).tolist()
    assert all(sorted(order) == list(range(9)) for order in found)
    assert len({tuple(order) for order in found}) == 100


def test_a_hundred_orders_of_nine_tiles_differ_in_six_places_or_more() -> None:
    found = distant_permutations(9, 100).tolist()
    nearest = min(distance(a, b) for row, a in enumerate(found) for b in found[:row])
    assert nearest == 6


def test_the_first_nine_differ_in_all_places() -> None:
    found = distant_permutations(9, 9).tolist()
    assert all(distance(a, b) == 9 for row, a in enumerate(found) for b in found[:row])


def test_more_begin_with_fewer() -> None:
    assert distant_permutations(5, 20)[:7].tolist() == distant_permutations(5, 7).tolist()


def test_all_there_are_can_be_had() -> None:
    assert len(distant_permutations(4, math.factorial(4))) == 24


@pytest.mark.parametrize(("tiles", "count"), [(0, 1), (10, 1), (3, 0), (3, 7)])
def test_impossible_sets_are_refused(tiles: int, count: int) -> None:
    with pytest.raises(ValueError, match="tiles"):
        distant_permutations(tiles, count)

"""Shares and their intervals, against the figures of the papers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.shares import difference_of, share_of


def test_the_interval_of_a_share_is_that_of_the_paper() -> None:
    # Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I, method 3.
    share = share_of(81, 263)
    assert (share.low, share.high) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_the_interval_of_a_difference_is_that_of_the_paper() -> None:
    # Newcombe, "Interval estimation for the difference ..." (1998), table II, (a), method 10.
    apart = difference_of(share_of(56, 70), share_of(48, 80))
    assert apart is not None
    assert (apart.difference, apart.low, apart.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def test_nothing_counted_has_no_share() -> None:
    assert share_of(0, 0).share is None
    assert difference_of(share_of(0, 0), share_of(1, 2)) is None


def test_more_than_all_are_no_share() -> None:
    with pytest.raises(ValueError, match="3 of 2"):
        share_of(3, 2)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_share_lies_in_its_interval(of: tuple[int, int]) -> None:
    share = share_of(*of)
    assert share.low is not None
    assert share.share is not None
    assert share.high is not None
    assert 0 <= share.low <= share.share <= share.high <= 1

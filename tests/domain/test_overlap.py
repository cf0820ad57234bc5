"""Who is asked how often, and what the answers come to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.enums import LabelRule
from app.domain.overlap import decided, decided_set, slots_of


@given(st.integers(0, 60), st.integers(1, 10), st.floats(0, 1), st.integers(0, 9))
def test_the_share_of_images_goes_to_so_many(images: int, overlap: int, share: float, seed: int) -> None:
    slots = slots_of(images, overlap, share, seed)
    assert slots.count(overlap) == (images if overlap == 1 else round(share * images))
    assert set(slots) <= {1, overlap}
    assert slots == slots_of(images, overlap, share, seed)


def test_the_seed_draws_the_share() -> None:
    assert len({tuple(slots_of(20, 3, 0.5, seed)) for seed in range(5)}) == 5


@pytest.mark.parametrize(
    ("answers", "label"), [("", None), ("a", "a"), ("aab", "a"), ("ab", None), ("aabbc", None), ("abcc", "c")]
)
def test_the_majority_decides_and_a_tie_does_not(answers: str, label: str | None) -> None:
    assert decided(answers, LabelRule.MAJORITY) == label
    assert decided(answers, LabelRule.REVIEWER) is None


@pytest.mark.parametrize(
    ("answers", "label"),
    [
        ([], None),
        (["ab"], "ab"),
        ([""], ""),
        (["ab", "ac", "b"], "ab"),
        (["ab", "a"], None),
        (["", "", "a"], ""),
        (["a", "b", "c"], ""),
    ],
)
def test_of_sets_each_class_is_decided_on_its_own(answers: list[str], label: str | None) -> None:
    expected = None if label is None else set(label)
    assert decided_set([set(answer) for answer in answers], LabelRule.MAJORITY) == expected
    assert decided_set([set(answer) for answer in answers], LabelRule.REVIEWER) is None

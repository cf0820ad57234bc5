import pytest

from workers.ml.stability import agreement


def test_kappa_by_hand() -> None:
    # Equal: 3 of 4. By chance: 0.5 x 0.75 + 0.5 x 0.25 = 0.5.
    found = agreement(["a", "a", "b", "b"], ["a", "a", "a", "b"])
    assert (found.images, found.share) == (4, 0.75)
    assert found.kappa == pytest.approx((0.75 - 0.5) / (1 - 0.5))


def test_equal_answers_have_a_kappa_of_one() -> None:
    assert agreement(["a", "b"], ["a", "b"]).kappa == pytest.approx(1)


def test_one_answer_for_everything_tells_nothing() -> None:
    assert agreement(["a", "a"], ["a", "a"]).kappa is None


def test_models_that_never_agree_are_below_chance() -> None:
    assert agreement(["a", "b"], ["b", "a"]).kappa == pytest.approx(-1)


@pytest.mark.parametrize("other", [[], ["a", "b"]])
def test_answers_for_other_images_are_refused(other: list[str]) -> None:
    with pytest.raises(ValueError, match="cannot be compared"):
        agreement(["a"], other)

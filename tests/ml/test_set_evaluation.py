"""Marks and thresholds where an image may show several classes, on numbers small enough to check by hand."""

import pytest
import torch

from workers.ml.set_evaluation import best_thresholds, cross_decided, decided, evaluate_sets

TRUTH = torch.tensor([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 0]], dtype=torch.bool)
PROBS = torch.tensor([[0.9, 0.4, 0.1], [0.3, 0.1, 0.2], [0.2, 0.3, 0.1], [0.1, 0.2, 0.1]])


def test_the_threshold_with_the_best_f1_lies_halfway_to_the_next_probability() -> None:
    first, second, third = best_thresholds(PROBS, TRUTH)
    assert first == pytest.approx(0.25)  # both right, none wrong
    assert second == pytest.approx(0.25)  # one right, one wrong: F1 is 2/3, and 0 above
    assert third == 0.5  # no image shows it


def test_a_class_that_every_image_shows_tells_nothing_of_where_it_ends() -> None:
    assert best_thresholds(PROBS, torch.ones_like(TRUTH)) == [0.5, 0.5, 0.5]


def test_marks_are_those_of_the_definitions() -> None:
    said = decided(PROBS, [0.25, 0.25, 0.5])
    found = evaluate_sets(PROBS, said, TRUTH)
    one, two, none = found.per_class
    assert (one.average_precision, one.precision, one.recall, one.f1, one.count) == (1, 1, 1, 1, 2)
    # The image that shows the second class has the second highest probability for it.
    assert (two.average_precision, two.precision, two.recall) == (0.5, 0.5, 1)
    assert two.f1 == pytest.approx(2 / 3)
    assert (none.average_precision, none.f1, none.count) == (None, None, 0)
    assert found.mean_average_precision == pytest.approx(0.75)
    assert found.f1 == pytest.approx((1 + 2 / 3) / 2)
    assert found.exact_match == 0.75  # the first image is told to show the second class, too


def test_where_no_image_shows_a_class_there_is_no_mean() -> None:
    found = evaluate_sets(PROBS, torch.zeros_like(TRUTH), torch.zeros_like(TRUTH))
    assert (found.mean_average_precision, found.f1, found.exact_match) == (None, None, 1)


def test_halves_that_decide_for_each_other_do_not_know_their_own_truth() -> None:
    probs = torch.tensor([[0.8], [0.6], [0.4], [0.2]])
    truth = torch.tensor([[True], [True], [False], [True]])
    # Even images: best from 0.6 on; odd ones: both show it, so that 0.5 stays.
    assert cross_decided(probs, truth)[:, 0].tolist() == [True, True, False, False]
    other = torch.tensor([[True], [False], [False], [True]])
    # Odd images show it from 0.2 on, as low as all of them.
    assert cross_decided(probs, other)[:, 0].tolist() == [True, True, True, False]


@pytest.mark.parametrize("rows", [0, 3])
def test_what_does_not_fit_is_refused(rows: int) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        evaluate_sets(PROBS[:rows], TRUTH[:rows], TRUTH if rows else TRUTH[:0])


def test_a_class_alone_is_marked_by_its_own_images() -> None:
    truth = torch.tensor([[True], [False], [False], [False]])
    found = evaluate_sets(
        torch.tensor([[0.9], [0.8], [0.2], [0.1]]), torch.tensor([[1], [1], [0], [0]]).bool(), truth
    )
    (only,) = found.per_class
    assert (only.precision, only.recall, only.count) == (0.5, 1, 1)

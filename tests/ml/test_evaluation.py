import json
import math

import pytest
import torch

from workers.ml.evaluation import evaluate

PROBS = torch.tensor([[0.9, 0.1, 0.0], [0.6, 0.4, 0.0], [0.2, 0.8, 0.0], [0.7, 0.3, 0.0]])
LABELS = torch.tensor([0, 1, 1, 0])


def test_accuracy_is_the_part_that_is_right() -> None:
    assert evaluate(PROBS, LABELS).accuracy == 0.75


def test_confusion_has_the_truth_in_rows() -> None:
    assert evaluate(PROBS, LABELS).confusion == [[2, 0, 0], [1, 1, 0], [0, 0, 0]]


def test_a_class_without_images_has_no_recall() -> None:
    assert evaluate(PROBS, LABELS).per_class_recall == [1.0, 0.5, None]


def test_balanced_accuracy_is_the_mean_recall_of_the_classes_that_have_images() -> None:
    skewed = torch.tensor([0, 1, 0, 0])  # recalls: 2 of 3, 0 of 1, and a class without images
    assert evaluate(PROBS, skewed).balanced_accuracy == pytest.approx((2 / 3 + 0) / 2)


def test_log_loss_is_the_mean_in_nats() -> None:
    expected = -(math.log(0.9) + math.log(0.4) + math.log(0.8) + math.log(0.7)) / 4
    assert evaluate(PROBS, LABELS).log_loss == pytest.approx(expected, rel=1e-6)


def test_a_truth_held_impossible_costs_a_finite_loss() -> None:
    assert evaluate(torch.tensor([[1.0, 0.0]]), torch.tensor([1])).log_loss == pytest.approx(-math.log(1e-12))


def test_calibration_error_by_hand() -> None:
    # Bins of 1/15: 0.90 | 0.60 (ninth: up to 0.6) | 0.80 | 0.70, one image each.
    assert evaluate(PROBS, LABELS).ece == pytest.approx((0.1 + 0.6 + 0.2 + 0.3) / 4, abs=1e-6)


def test_gaps_within_a_bin_cancel() -> None:
    # Both lie in (0.733, 0.8]: accuracy 0.5, mean confidence 0.76.
    probs = torch.tensor([[0.75, 0.25], [0.77, 0.23]], dtype=torch.float64)
    assert evaluate(probs, torch.tensor([0, 1])).ece == pytest.approx(0.26)


def test_sure_and_right_is_calibrated() -> None:
    assert evaluate(torch.eye(3), torch.tensor([0, 1, 2])).ece == 0


def test_equal_probabilities_count_for_the_first_class() -> None:
    assert evaluate(torch.full((1, 3), 1 / 3), torch.tensor([2])).confusion[2] == [1, 0, 0]


def test_metrics_are_json() -> None:
    metrics = evaluate(PROBS, LABELS)
    assert json.loads(json.dumps(metrics.as_dict()))["n"] == metrics.n == 4


@pytest.mark.parametrize(
    ("probs", "labels"),
    [
        (torch.zeros(0, 3), torch.zeros(0, dtype=torch.int64)),
        (PROBS, LABELS[:3]),
        (PROBS, torch.tensor([0, 1, 2, 3])),
        (PROBS, torch.tensor([0, 1, -1, 0])),
        (PROBS, LABELS.float()),
        (PROBS * torch.nan, LABELS),
    ],
)
def test_what_does_not_fit_is_refused(probs: torch.Tensor, labels: torch.Tensor) -> None:
    with pytest.raises(ValueError, match=r"fit|Labels|number"):
        evaluate(probs, labels)

import math
from collections.abc import Sequence

import pytest

from workers.ml.stopping import FEWEST_IMAGES, Advice, Point, advise

STABLE: list[float | None] = [None, 0.99, 0.995, 0.992]
CHANGING: list[float | None] = [None, 0.7, 0.8, 0.85]
NOTHING: list[float | None] = [None, None, None, None]
RISING = [0.5, 0.6, 0.66, 0.7, 0.73]
FLAT = [0.5, 0.9, 0.901, 0.9, 0.901, 0.9]


def curve(accuracies: Sequence[float], step: int = 100, images: int = 1000) -> list[Point]:
    return [Point(step * (n + 1), accuracy, images) for n, accuracy in enumerate(accuracies)]


def reasons(advice: Advice) -> str:
    return " ".join(advice.reasons)


def test_a_rising_curve_is_improving_whatever_the_predictions_do() -> None:
    advice = advise(curve(RISING), STABLE, 100)
    assert advice.state == "improving"
    assert "Accuracy still rises" in reasons(advice)


def test_a_flat_curve_is_flattening_while_predictions_change() -> None:
    advice = advise(curve(FLAT), CHANGING, 100)
    assert advice.state == "flattening"
    assert "levelled off" in reasons(advice)
    assert "still change" in reasons(advice)


def test_a_flat_curve_and_stable_predictions_are_stable() -> None:
    advice = advise(curve(FLAT), STABLE, 100)
    assert advice.state == "stable"
    assert "0.992 over the last 3" in reasons(advice)


def test_without_held_out_images_predictions_tell_alone() -> None:
    assert advise([], STABLE, 100).state == "stable"
    assert advise([], CHANGING, 100).state == "improving"


def test_three_cycles_are_too_early() -> None:
    advice = advise(curve([0.5, 0.6, 0.6]), [None, 0.9, 0.9], 100)
    assert (advice.state, advice.next_gain) == ("too_early", None)


def test_a_model_without_agreement_is_no_comparison() -> None:
    assert advise([], [0.99, 0.99, None, 0.99], 100).state == "too_early"


def test_only_the_last_three_comparisons_count() -> None:
    assert advise([], [None, 0.1, 0.991, 0.991, 0.991], 100).state == "stable"


def test_too_few_held_out_images_tell_no_trend() -> None:
    advice = advise(curve(RISING, images=FEWEST_IMAGES - 1), NOTHING, 100)
    assert advice.state == "too_early"
    assert "there are 99" in reasons(advice)


def test_noise_is_not_taken_for_an_end() -> None:
    advice = advise(curve([0.7, 0.78, 0.7, 0.79, 0.71]), CHANGING, 100)
    assert advice.state == "improving"
    assert "may still rise" in reasons(advice)


def test_small_budgets_do_not_make_a_curve_flat() -> None:
    # Five points for twice the labels, in steps of ten: each step alone brings little.
    points = [Point(n, 0.05 * math.log2(n), 1000) for n in range(100, 210, 10)]
    advice = advise(points, NOTHING, 10)
    assert advice.state == "improving"
    assert advice.next_gain is not None
    assert advice.next_gain.guess < 0.01


def test_early_points_do_not_count_once_the_labels_have_doubled() -> None:
    steep_then_flat = [0.1, 0.3, 0.5, 0.7, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9]
    assert advise(curve(steep_then_flat), CHANGING, 100).state == "flattening"


def test_the_next_gain_goes_on_along_the_line() -> None:
    points = [Point(n, 0.1 * math.log2(n), 1000) for n in (8, 16, 32, 64)]
    gain = advise(points, NOTHING, 64).next_gain
    assert gain is not None
    assert gain.labels == 64
    assert gain.guess == pytest.approx(0.1)
    assert gain.low == pytest.approx(gain.high)


def test_the_interval_is_that_of_one_more_measurement() -> None:
    # x is 0..3 and y 0.1 x, off by 0.01: the line is 0.096 x + 0.006, and residuals' squares sum to 0.00032.
    points = [Point(2**x, 0.1 * x + off, 1000) for x, off in enumerate((0.01, -0.01, 0.01, -0.01))]
    gain = advise(points, NOTHING, 8).next_gain
    assert gain is not None
    half = 1.885618 * math.sqrt(0.00032 / 2) * math.sqrt(1 + 1 / 4 + 2.5**2 / 5)
    assert gain.guess == pytest.approx(0.096 * 4 + 0.006 - points[-1].accuracy)
    assert gain.high - gain.guess == pytest.approx(half, rel=1e-5)
    assert gain.guess - gain.low == pytest.approx(half, rel=1e-5)


def test_nothing_gains_beyond_all_right() -> None:
    gain = advise(curve([0.8, 0.9, 0.95, 0.99]), NOTHING, 400).next_gain
    assert gain is not None
    assert gain.guess == gain.high == pytest.approx(0.01)


def test_no_budget_has_no_gain() -> None:
    assert advise(curve(RISING), NOTHING, 0).next_gain is None

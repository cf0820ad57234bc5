import numpy as np
import pytest

from workers.backtest.statistics import Curves, area, comparison, correlation, paired, summary


def test_the_area_of_a_straight_line_is_its_middle() -> None:
    assert area([100, 200, 300], np.array([0.2, 0.4, 0.6])) == pytest.approx(0.4)


def test_the_area_weighs_budgets_by_their_width() -> None:
    # 100 wide at a mean of 0.5, 300 wide at 1.0.
    assert area([0, 100, 400], np.array([0.0, 1.0, 1.0])) == pytest.approx((50 + 300) / 400)


def test_a_single_budget_has_its_accuracy_for_area() -> None:
    assert area([10], np.array([[0.3], [0.5]])).tolist() == [0.3, 0.5]


def test_the_interval_of_a_mean_is_students() -> None:
    found = summary(np.array([1.0, 2.0, 3.0]))
    # t(0.975, 2) = 4.3027; 4.3027 * 1 / sqrt(3) = 2.4841
    assert (found["mean"], found["std"]) == (2.0, 1.0)
    assert found["high"] == pytest.approx(4.4841, abs=1e-4)


def test_one_seed_has_no_spread() -> None:
    assert summary(np.array([0.5])) == {"mean": 0.5, "std": None, "low": None, "high": None, "n": 1}


def test_pairs_are_told_apart_where_means_overlap() -> None:
    base = np.array([0.1, 0.5, 0.9])
    found = paired(base + np.array([0.010, 0.011, 0.012]), base)
    assert found["p"] < 0.01
    assert found["low"] > 0


def test_equal_values_differ_in_nothing() -> None:
    assert paired(np.ones(3), np.ones(3))["p"] == 1.0


def curves(name: str, lift: float) -> Curves:
    noise = np.array([[0.0, 0.01], [0.02, 0.0], [0.01, 0.02]])
    jitter = np.array([[0.001], [0.0], [-0.001]]) * lift
    return Curves(name, [0, 1, 2], [10, 20], 0.5 + noise + lift + jitter)


def test_who_beats_whom_is_counted_by_budget_and_mirrored() -> None:
    rows = {(r["plan"], r["against"]): r for r in comparison([curves("good", 0.2), curves("bad", 0.0)])}
    assert (rows["good", "bad"]["wins"], rows["good", "bad"]["losses"]) == (2, 0)
    assert (rows["bad", "good"]["wins"], rows["bad", "good"]["losses"]) == (0, 2)
    assert rows["good", "bad"]["area"]["mean"] == pytest.approx(-rows["bad", "good"]["area"]["mean"])


def test_holm_multiplies_the_smallest_p_by_the_number_of_pairs() -> None:
    rows = comparison([curves("a", 0.2), curves("b", 0.0), curves("c", -0.1)])
    smallest = min(rows, key=lambda row: row["area"]["p"])
    assert smallest["holm"] == pytest.approx(min(1.0, 3 * smallest["area"]["p"]))


def test_plans_are_compared_where_both_have_results() -> None:
    short = Curves("short", [0, 1], [10], np.array([[0.5], [0.6]]))
    row = comparison([curves("long", 0.0), short])[0]
    assert (row["budgets"], row["area"]["n"]) == (1, 2)


def test_losses_that_grow_together_correlate() -> None:
    x = np.linspace(0, 1, 100)
    found = correlation(x, x**3)
    assert found["spearman"] == pytest.approx(1.0)
    assert 0.8 < found["pearson"] < 1.0
    assert len(found["bins"]) == 50


def test_a_constant_loss_correlates_with_nothing() -> None:
    assert correlation(np.ones(10), np.arange(10.0))["pearson"] is None

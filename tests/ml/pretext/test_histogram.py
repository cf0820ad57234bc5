import json
import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workers.ml.pretext.histogram import loss_histogram


def test_losses_by_hand() -> None:
    found = loss_histogram([0.0, 0.5, 0.9, 1.0, 1.1, 2.0], bins=2)
    assert found == {"edges": [0.0, 1.0, 2.0], "counts": [3, 3], "scale": "linear"}


def test_a_loss_on_an_edge_counts_above_it_and_the_largest_in_the_last() -> None:
    assert loss_histogram([0.0, 1.0, 2.0, 3.0, 4.0], bins=4)["counts"] == [1, 1, 1, 2]


def test_negative_losses_have_bins_as_well() -> None:
    found = loss_histogram([-1.0, -0.75, 0.0], bins=2)
    assert found == {"edges": [-1.0, -0.5, 0.0], "counts": [2, 1], "scale": "linear"}


def test_equal_losses_fill_one_bin() -> None:
    assert loss_histogram([0.25] * 7) == {"edges": [0.25, 0.25], "counts": [7], "scale": "linear"}


def test_one_image_fills_one_bin() -> None:
    assert loss_histogram([1.5]) == {"edges": [1.5, 1.5], "counts": [1], "scale": "linear"}


def test_no_losses_fill_none() -> None:
    found = loss_histogram([])
    assert (found["edges"], found["counts"]) == ([], [])


def test_forty_bins_unless_asked() -> None:
    found = loss_histogram(np.linspace(0, 1, 1000))
    assert len(found["edges"]) == 41
    assert set(found["counts"]) <= {24, 25, 26}


def test_losses_over_decades_get_bins_of_equal_ratio() -> None:
    found = loss_histogram([0.001, 0.005, 0.02, 0.5, 1.0], bins=3)
    assert found["edges"] == pytest.approx([0.001, 0.01, 0.1, 1.0])
    assert (found["counts"], found["scale"]) == ([2, 1, 2], "log")


def test_one_hard_image_among_easy_ones_of_like_loss_changes_no_scale() -> None:
    assert loss_histogram([0.001] + [0.5, 0.6, 0.7] * 20)["scale"] == "linear"


def test_losses_of_nothing_lie_in_the_first_of_the_logarithmic_bins() -> None:
    found = loss_histogram([0.0, 1e-30, 1e-6, 1e-3, 2.0], bins=6)
    assert found["edges"] == pytest.approx([0.0, 2e-5, 2e-4, 2e-3, 2e-2, 0.2, 2.0])
    assert (found["counts"], found["scale"]) == ([3, 0, 1, 0, 0, 1], "log")


@pytest.mark.parametrize("loss", [math.nan, math.inf, -math.inf])
def test_losses_that_are_not_finite_are_refused(loss: float) -> None:
    with pytest.raises(ValueError, match="not finite"):
        loss_histogram([0.5, loss])


def test_no_bins_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one bin"):
        loss_histogram([0.5], bins=0)


@example([0.0, 0.0, 1.7976931348622103e308], 1)
@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=30), st.integers(1, 50)
)
def test_every_loss_is_counted_once(losses: list[float], bins: int) -> None:
    found = loss_histogram(losses, bins)
    assert sum(found["counts"]) == len(losses)
    assert len(found["edges"]) == len(found["counts"]) + 1
    assert found["edges"] == sorted(found["edges"])
    assert (found["edges"][0], found["edges"][-1]) == (min(losses), max(losses))
    json.dumps(found, allow_nan=False)

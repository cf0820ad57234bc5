import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.ml.query.candidates import candidates
from workers.ml.query.least_confidence import least_confidence
from workers.ml.query.margin import STRATEGY, margins
from workers.ml.query.strategy import Candidates


def test_the_margin_is_the_best_less_the_second_best() -> None:
    probs = torch.tensor([[0.2, 0.7, 0.1], [0.4, 0.2, 0.4]])
    assert margins(probs).tolist() == pytest.approx([0.5, 0.0])


def test_the_closest_come_first_and_ties_keep_their_order() -> None:
    probs = torch.tensor([[0.9, 0.1], [0.5, 0.5], [0.6, 0.4], [0.4, 0.6], [0.5, 0.5]])
    assert STRATEGY(Candidates(5, probs=probs), 5, 0) == [1, 4, 2, 3, 0]


def test_a_close_second_matters_more_than_low_confidence() -> None:
    probs = torch.tensor([[0.4, 0.3, 0.3], [0.5, 0.45, 0.05]])
    assert STRATEGY(Candidates(2, probs=probs), 1, 0) == [1]


def test_the_only_class_of_all_has_its_own_probability_as_margin() -> None:
    assert margins(torch.ones(2, 1)).tolist() == [1.0, 1.0]


@given(n=st.integers(1, 30), seed=st.integers(0, 2**31))
def test_with_two_classes_the_order_is_that_of_least_confidence(n: int, seed: int) -> None:
    known = candidates(n, classes=2, seed=seed)
    assert known.probs is not None
    by_confidence = known.probs.amax(dim=1)[least_confidence(known.probs, n)]
    by_margin = known.probs.amax(dim=1)[STRATEGY(known, n, 0)]
    torch.testing.assert_close(by_margin, by_confidence)

import math

import pytest
import torch

from workers.ml.query.entropy import STRATEGY, entropy
from workers.ml.query.strategy import Candidates


def test_the_entropy_is_in_nats_and_zero_counts_for_nothing() -> None:
    probs = torch.tensor([[1.0, 0.0], [0.5, 0.5], [0.25, 0.75]])
    quarter = -0.25 * math.log(0.25) - 0.75 * math.log(0.75)
    assert entropy(probs).tolist() == pytest.approx([0.0, math.log(2), quarter])


def test_the_most_even_come_first_and_ties_keep_their_order() -> None:
    probs = torch.tensor([[1.0, 0.0], [0.5, 0.5], [0.1, 0.9], [0.9, 0.1], [0.5, 0.5]])
    assert STRATEGY(Candidates(5, probs=probs), 5, 0) == [1, 4, 2, 3, 0]


def test_three_even_classes_are_less_certain_than_two() -> None:
    probs = torch.tensor([[0.5, 0.5, 0.0], [0.34, 0.33, 0.33]])
    assert STRATEGY(Candidates(2, probs=probs), 1, 0) == [1]

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.ml.query.candidates import candidates
from workers.ml.query.bald import STRATEGY, mutual_information
from workers.ml.query.entropy import entropy
from workers.ml.query.strategy import Candidates

# Two passes over three images: sure and of one mind, sure and at odds, unsure and of one mind.
PASSES = torch.tensor([[[1.0, 0.0], [1.0, 0.0], [0.5, 0.5]], [[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]]])


def test_only_disagreement_is_informative() -> None:
    assert mutual_information(PASSES).tolist() == pytest.approx([0.0, math.log(2), 0.0])


def test_disagreement_comes_first_and_ties_keep_their_order() -> None:
    assert STRATEGY(Candidates(3, sampled_probs=PASSES), 3, 0) == [1, 0, 2]


def test_the_task_model_must_be_trained_with_dropout() -> None:
    assert STRATEGY.dropout == 0.5


@given(seed=st.integers(0, 2**31), n=st.integers(1, 20))
def test_information_lies_between_nothing_and_the_entropy_of_the_mean(seed: int, n: int) -> None:
    probs = candidates(n, seed=seed).sampled_probs
    assert probs is not None
    probs = probs.double()
    information = mutual_information(probs)
    assert (information >= -1e-9).all()
    assert (information <= entropy(probs.mean(dim=0)) + 1e-9).all()

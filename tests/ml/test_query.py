import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from workers.ml.query.least_confidence import least_confidence
from workers.ml.query.registry import QUERY_STRATEGIES
from workers.ml.query.strategy import Candidates
from workers.ml.query.uniform import uniform

every_strategy = pytest.mark.parametrize("name", sorted(QUERY_STRATEGIES))


def _probs(n: int) -> torch.Tensor:
    return torch.rand(n, 3, generator=torch.Generator().manual_seed(0)).softmax(dim=1)


def _candidates(n: int) -> Candidates:
    """All that any strategy may ask for."""
    generator = torch.Generator().manual_seed(1)
    return Candidates(
        n,
        probs=_probs(n),
        sampled_probs=torch.rand(4, n, 3, generator=generator).softmax(dim=2),
        predicted_losses=torch.rand(n, generator=generator),
        features=torch.randn(n, 8, generator=generator),
        labelled_features=torch.randn(5, 8, generator=generator),
    )


def test_the_papers_case_takes_every_fifth() -> None:
    assert uniform(5000, 1000) == list(range(0, 5000, 5))


def test_steps_are_rounded_down() -> None:
    assert uniform(11, 4) == [0, 2, 4, 6]


@pytest.mark.parametrize("budget", [5, 6, 100])
def test_a_budget_of_all_images_takes_all(budget: int) -> None:
    assert uniform(5, budget) == [0, 1, 2, 3, 4]


def test_the_least_confident_come_first() -> None:
    probs = torch.tensor([[0.9, 0.1], [0.5, 0.5], [0.3, 0.7]])
    assert least_confidence(probs, 2).tolist() == [1, 2]


def test_equally_confident_rows_keep_their_order() -> None:
    probs = torch.tensor([[0.8, 0.2], [0.4, 0.6], [0.6, 0.4], [0.2, 0.8], [0.6, 0.4]])
    assert least_confidence(probs, 4).tolist() == [1, 2, 4, 0]


def test_least_confidence_needs_probabilities() -> None:
    with pytest.raises(ValueError, match="needs"):
        QUERY_STRATEGIES["least_confidence"](Candidates(3), 1, 0)


def test_probabilities_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match=r"not \(4, classes\)"):
        QUERY_STRATEGIES["least_confidence"](Candidates(4, probs=_probs(3)), 1, 0)


def test_probabilities_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="not a number"):
        QUERY_STRATEGIES["least_confidence"](Candidates(3, probs=torch.full((3, 2), torch.nan)), 1, 0)


def test_random_depends_on_the_seed_alone() -> None:
    draw = QUERY_STRATEGIES["random"]
    assert draw(Candidates(100), 10, 1) == draw(_candidates(100), 10, 1)
    assert draw(Candidates(100), 10, 1) != draw(Candidates(100), 10, 2)


def test_the_strategies_have_the_names_of_the_design() -> None:
    assert set(QUERY_STRATEGIES) >= {"uniform", "least_confidence", "random"}


@every_strategy
@given(n=st.integers(0, 60), budget=st.integers(0, 80), seed=st.integers(0, 2**31))
def test_a_query_gives_different_rows_and_all_it_can(name: str, n: int, budget: int, seed: int) -> None:
    rows = QUERY_STRATEGIES[name](_candidates(n), budget, seed)
    assert len(rows) == len(set(rows)) == min(n, budget)
    assert all(0 <= row < n for row in rows)


@every_strategy
def test_a_negative_budget_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="Cannot choose"):
        QUERY_STRATEGIES[name](_candidates(3), -1, 0)

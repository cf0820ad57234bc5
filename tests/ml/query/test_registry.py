from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.ml.query.candidates import candidates, identical
from workers.ml.query.registry import QUERY_STRATEGIES
from workers.ml.query.strategy import Candidates, Need

every_strategy = pytest.mark.parametrize("name", sorted(QUERY_STRATEGIES))

FIELDS = {
    Need.PROBS: "probs",
    Need.SAMPLED_PROBS: "sampled_probs",
    Need.PREDICTED_LOSSES: "predicted_losses",
    Need.TASK_FEATURES: "features",
    Need.PRETEXT_FEATURES: "features",
}
every_need = pytest.mark.parametrize(
    ("name", "need"),
    [(name, need) for name, one in sorted(QUERY_STRATEGIES.items()) for need in sorted(one.needs)],
)
every_input = pytest.mark.parametrize(
    ("name", "need"),
    [(name, need) for name, one in sorted(QUERY_STRATEGIES.items()) for need in sorted(one.needs | one.uses)],
)


def allowed(name: str, given_to_it: Candidates) -> Candidates:
    """Only what the strategy needs or uses."""
    strategy = QUERY_STRATEGIES[name]
    fields = {FIELDS[need] for need in strategy.needs | strategy.uses}
    if "features" in fields:
        fields.add("labelled_features")
    return Candidates(given_to_it.n, **{field: getattr(given_to_it, field) for field in fields})


def without(known: Candidates, *needs: Need) -> Candidates:
    nothing: dict[str, Any] = {FIELDS[need]: None for need in needs}
    return replace(known, **nothing)


def test_the_strategies_have_the_names_of_the_design() -> None:
    assert set(QUERY_STRATEGIES) >= {"uniform", "least_confidence", "random"}


@every_strategy
def test_every_strategy_has_the_name_it_is_registered_by(name: str) -> None:
    assert QUERY_STRATEGIES[name].name == name


@every_strategy
@given(
    n=st.integers(0, 40),
    budget=st.integers(0, 60),
    labelled=st.integers(0, 12),
    classes=st.integers(1, 4),
    seed=st.integers(0, 2**31),
)
def test_a_query_gives_different_rows_and_all_it_can(
    *, name: str, n: int, budget: int, labelled: int, classes: int, seed: int
) -> None:
    known = allowed(name, candidates(n, labelled, classes, seed=seed))
    rows = QUERY_STRATEGIES[name](known, budget, seed)
    assert len(rows) == len(set(rows)) == min(n, budget)
    assert all(0 <= row < n for row in rows)


@every_strategy
@pytest.mark.parametrize("value", [0.0, 1.0])
@pytest.mark.parametrize("labelled", [0, 3])
@pytest.mark.parametrize(("n", "budget"), [(0, 3), (1, 1), (1, 5), (7, 3), (7, 7), (60, 55)])
def test_images_that_nothing_tells_apart_are_chosen_all_the_same(
    name: str, n: int, budget: int, labelled: int, value: float
) -> None:
    rows = QUERY_STRATEGIES[name](identical(n, value, labelled), budget, 0)
    assert len(rows) == len(set(rows)) == min(n, budget)


@every_strategy
def test_pairs_of_copies_are_no_obstacle(name: str) -> None:
    some = candidates(10)
    assert some.probs is not None
    assert some.sampled_probs is not None
    assert some.predicted_losses is not None
    assert some.features is not None
    twice = Candidates(
        20,
        probs=some.probs.repeat(2, 1),
        sampled_probs=some.sampled_probs.repeat(1, 2, 1),
        predicted_losses=some.predicted_losses.repeat(2),
        features=some.features.repeat(2, 1),
        labelled_features=some.features[:3],
    )
    assert sorted(QUERY_STRATEGIES[name](twice, 20, 0)) == list(range(20))


@every_strategy
@pytest.mark.parametrize("budget", [0, 7])
def test_no_images_give_no_rows(name: str, budget: int) -> None:
    assert QUERY_STRATEGIES[name](candidates(0), budget, 0) == []


@every_strategy
def test_the_same_seed_gives_the_same_rows(name: str) -> None:
    strategy, known = QUERY_STRATEGIES[name], candidates(200, 20)
    assert strategy(known, 50, 5) == strategy(known, 50, 5)


@every_strategy
def test_nothing_is_changed_in_what_is_given(name: str) -> None:
    known, untouched = candidates(50), candidates(50)
    QUERY_STRATEGIES[name](known, 20, 0)
    for field in {*FIELDS.values(), "labelled_features"}:
        assert torch.equal(getattr(known, field), getattr(untouched, field))


@every_strategy
def test_a_negative_budget_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="Cannot choose"):
        QUERY_STRATEGIES[name](candidates(3), -1, 0)


@every_need
def test_what_is_needed_must_be_there(name: str, need: Need) -> None:
    with pytest.raises(ValueError, match="needs"):
        QUERY_STRATEGIES[name](without(candidates(3), need), 1, 0)


@every_input
def test_another_length_is_refused(name: str, need: Need) -> None:
    longer = getattr(candidates(4), FIELDS[need])
    with pytest.raises(ValueError, match="not "):
        QUERY_STRATEGIES[name](replace(candidates(3), **{FIELDS[need]: longer}), 1, 0)


@every_input
def test_what_is_no_number_is_refused(name: str, need: Need) -> None:
    broken = getattr(candidates(3), FIELDS[need]).clone()
    broken.view(-1)[1] = torch.nan
    with pytest.raises(ValueError, match=r"not a (finite )?number"):
        QUERY_STRATEGIES[name](replace(candidates(3), **{FIELDS[need]: broken}), 1, 0)


@pytest.mark.parametrize(
    "name", sorted(name for name, one in QUERY_STRATEGIES.items() if "features" in str(one.needs))
)
def test_labelled_features_of_another_width_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="another width"):
        QUERY_STRATEGIES[name](replace(candidates(3), labelled_features=torch.zeros(2, 5)), 1, 0)


@every_strategy
def test_what_a_strategy_uses_it_can_do_without(name: str) -> None:
    strategy = QUERY_STRATEGIES[name]
    assert not strategy.uses & strategy.needs
    assert len(strategy(without(candidates(30), *strategy.uses), 10, 0)) == 10

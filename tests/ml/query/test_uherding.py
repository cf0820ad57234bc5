from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.ml.query.candidates import blobs, candidates
from workers.ml.query import uherding
from workers.ml.query.distances import unit
from workers.ml.query.margin import margins
from workers.ml.query.strategy import Candidates
from workers.ml.query.uherding import STRATEGY, UncertaintyCoverage, bandwidth

AXES = [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)]


def circle(*degrees: float) -> torch.Tensor:
    angles = torch.tensor(degrees).deg2rad()
    return torch.stack([angles.cos(), angles.sin()], dim=1)


def test_the_bandwidth_is_the_least_distance_between_different_labelled_images() -> None:
    assert bandwidth(circle(0, 60, 180, 0)) == pytest.approx(1.0, abs=1e-5)
    assert bandwidth(circle(0, 90)) == pytest.approx(2**0.5, abs=1e-5)


@pytest.mark.parametrize("labelled", [circle(), circle(30), circle(30, 30)])
def test_without_two_different_labelled_images_it_is_one(labelled: torch.Tensor) -> None:
    assert bandwidth(labelled.view(-1, 2)) == 1.0


def kernels(points: torch.Tensor, centres: torch.Tensor, width: float) -> torch.Tensor:
    return (-torch.cdist(points, centres).square() / width**2).exp()


@given(
    n=st.integers(1, 25),
    labelled=st.integers(0, 5),
    seed=st.integers(0, 2**31),
    width=st.floats(0.2, 2.0),
)
def test_gains_are_the_rises_of_the_sum(n: int, labelled: int, seed: int, width: float) -> None:
    known = candidates(n, labelled, seed=seed)
    assert known.features is not None
    assert known.labelled_features is not None
    points, centres = unit(known.features), unit(known.labelled_features)
    uncertainty = torch.rand(n, generator=torch.Generator().manual_seed(seed))
    covered = torch.zeros(n)
    if labelled:
        covered = kernels(points, centres, width).amax(dim=1)
    goal = UncertaintyCoverage(points, uncertainty, covered, width)
    for row in range(min(n, 4)):
        rises = (kernels(points, points, width) - covered[:, None]).clamp_min(0)
        expected = (uncertainty[:, None] * rises).sum(dim=0)
        torch.testing.assert_close(goal.gains.float(), expected, atol=5e-3, rtol=1e-3)
        goal.add(row)
        covered = torch.maximum(covered, kernels(points, points[row : row + 1], width)[:, 0])


def test_every_blob_gets_one_and_the_largest_comes_first() -> None:
    rows = STRATEGY(Candidates(120, features=blobs(AXES, [30, 40, 50], spread=0.02)), 3, 0)
    assert [sum(row >= edge for edge in (30, 70)) for row in rows] == [2, 1, 0]


def test_an_uncertain_blob_counts_more_than_a_larger_certain_one() -> None:
    features = blobs(AXES, [30, 40, 50], spread=0.02)
    probs = torch.tensor([[0.5, 0.5]] * 30 + [[0.9, 0.1]] * 90)
    assert STRATEGY(Candidates(120, features=features, probs=probs), 1, 0)[0] < 30


def test_a_labelled_blob_waits() -> None:
    features = blobs(AXES, [30, 40, 50], spread=0.02)
    known = Candidates(120, features=features, labelled_features=torch.tensor(AXES[2:]))
    assert [row >= 70 for row in STRATEGY(known, 2, 0)] == [False, False]


def test_a_small_bandwidth_makes_it_margin_sampling() -> None:
    known = replace(candidates(50, 0, width=16), labelled_features=torch.ones(2, 16))
    assert known.labelled_features is not None
    known.labelled_features[1, 0] = 1.02
    assert known.probs is not None
    chosen = margins(known.probs)[STRATEGY(known, 50, 0)]
    torch.testing.assert_close(chosen, chosen.sort().values, atol=5e-3, rtol=0.0)


def test_no_task_model_is_needed() -> None:
    assert not STRATEGY.needs_model


def test_of_too_many_candidates_some_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uherding, "MOST_CANDIDATES", 20)
    known = candidates(100)
    rows = STRATEGY(known, 10, 0)
    assert len(set(rows)) == 10
    assert max(rows) > 40
    assert len(set(STRATEGY(known, 100, 0))) == 100

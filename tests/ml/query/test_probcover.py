import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.ml.query.candidates import blobs, candidates
from workers.ml.query.distances import unit
from workers.ml.query.probcover import STRATEGY, greedy_cover, pure_closeness
from workers.ml.query.strategy import Candidates

AXES = [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)]
NONE = torch.empty(0, 2)


def circle(*degrees: float) -> torch.Tensor:
    angles = torch.tensor(degrees).deg2rad()
    return torch.stack([angles.cos(), angles.sin()], dim=1)


def closeness(degrees: float) -> float:
    return float(torch.tensor(degrees).deg2rad().cos())


def test_the_fullest_ball_comes_first() -> None:
    # Within 15 degrees of 20 lie 10, 20 and 30; then only 90 and 100 are left, and the first is taken.
    assert greedy_cover(circle(90, 100, 10, 20, 30), NONE, closeness(15), 5) == [3, 0]


def test_what_labelled_images_cover_counts_no_more() -> None:
    assert greedy_cover(circle(90, 100, 10, 20, 30), circle(21), closeness(15), 5) == [0]


def test_an_overlap_counts_once() -> None:
    # 10 covers 0, 10 and 20; that leaves 30, which 40 shares with 50, and of these 40 is the first.
    assert greedy_cover(circle(0, 10, 20, 30, 40, 50), NONE, closeness(11), 2) == [1, 4]


@given(n=st.integers(1, 40), labelled=st.integers(0, 4), degrees=st.integers(1, 90), seed=st.integers(0, 999))
def test_every_choice_covers_most_of_what_is_left(n: int, labelled: int, degrees: int, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    points = unit(torch.randn(n, 3, generator=generator).double())
    others = unit(torch.randn(labelled, 3, generator=generator).double())
    near = points @ points.T > closeness(degrees)
    near.fill_diagonal_(True)
    free = ~(points @ others.T > closeness(degrees)).any(dim=1)
    rows = greedy_cover(points, others, closeness(degrees), n)
    for row in rows:
        assert near[row][free].sum() == near[:, free].sum(dim=1).amax() > 0
        free &= ~near[row]
    assert not free.any()


def test_the_radius_is_the_largest_that_is_pure_for_95_percent() -> None:
    # 2 points of label 1 lie 5 degrees beside 2 of label 0, and 38 are far: 2 of 42 may be impure.
    points = circle(*([0.0] * 38), 90.0, 90.0, 95.0, 95.0)
    labels = torch.tensor([0] * 40 + [1] * 2)
    assert pure_closeness(points, labels, 0) == pytest.approx(closeness(5), abs=1e-6)
    # Of 82, 4 may be, and are: the others are 90 degrees or more away from another label.
    more = torch.cat([circle(0.0).repeat(40, 1), points])
    assert pure_closeness(more, torch.cat([torch.zeros(40).long(), labels]), 0) == pytest.approx(
        closeness(95), abs=1e-6
    )


def test_one_label_makes_every_ball_pure() -> None:
    points = circle(0, 180)
    assert greedy_cover(points, NONE, pure_closeness(points, torch.zeros(2).long(), 0), 5) == [0]


def test_every_blob_gets_one() -> None:
    features = blobs(AXES, [30, 40, 50], spread=0.02)
    rows = STRATEGY(Candidates(120, features=features), 3, 0)
    assert [sum(row >= edge for edge in (30, 70)) for row in rows] == [2, 1, 0]


def test_the_probabilities_say_how_many_classes_there_are() -> None:
    features = blobs(AXES, [30, 40, 50], spread=0.02)
    known = Candidates(120, features=features, probs=torch.full((120, 3), 1 / 3))
    assert STRATEGY(known, 1, 0)[0] >= 70


def test_what_comes_after_full_coverage_depends_on_the_seed() -> None:
    features = blobs(AXES, [30, 40, 50], spread=0.02)
    known = Candidates(120, features=features, probs=torch.full((120, 3), 1 / 3))
    first, other = STRATEGY(known, 20, 1), STRATEGY(known, 20, 2)
    assert first[:3] == other[:3]
    assert first != other


def test_many_images_are_repeatable() -> None:
    known = candidates(6000, 30)
    assert STRATEGY(known, 100, 1) == STRATEGY(known, 100, 1)

import pytest
import torch

from tests.ml.query.candidates import blobs, candidates
from workers.ml.query.distances import unit
from workers.ml.query.strategy import Candidates
from workers.ml.query.typiclust import STRATEGY, typical_of_clusters, typicality

AXES = [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)]


def circle(*degrees: float) -> torch.Tensor:
    angles = torch.tensor(degrees).deg2rad()
    return torch.stack([angles.cos(), angles.sin()], dim=1)


def test_typicality_is_one_over_the_mean_distance_to_the_others() -> None:
    # Chords: 60 degrees is 1, 120 degrees is sqrt(3).
    expected = [2 / (1 + 3**0.5), 1.0, 2 / (1 + 3**0.5)]
    assert typicality(circle(0, 60, 120)).tolist() == pytest.approx(expected, rel=1e-3)


def test_only_the_twenty_nearest_count() -> None:
    near, far = circle(*([0.0] * 10 + [60.0] * 11)), circle(180.0).repeat(30, 1)
    assert typicality(torch.cat([near, far]))[0].item() == pytest.approx(20 / 11, rel=1e-3)


def test_a_lone_point_is_not_typical() -> None:
    assert typicality(circle(0)).tolist() == [0.0]


def test_clusters_larger_than_a_block_are_no_different() -> None:
    points = unit(torch.randn(1500, 4, generator=torch.Generator().manual_seed(0)))
    distances = torch.cdist(points, points, compute_mode="donot_use_mm_for_euclid_dist")
    nearest = distances.sort(dim=1).values[:, 1:21].mean(dim=1)
    torch.testing.assert_close(typicality(points), 1 / (nearest + 1e-5), rtol=1e-2, atol=0.0)


def turns(sizes: list[int], labelled: list[int], budget: int) -> list[int]:
    """The clusters, in the order in which they are asked; `labelled` says how many labels each has."""
    clusters = torch.arange(len(sizes)).repeat_interleave(torch.tensor(sizes))
    with_labels = torch.arange(len(sizes)).repeat_interleave(torch.tensor(labelled))
    both = torch.cat([clusters, with_labels])
    points = unit(torch.randn(len(both), 3, generator=torch.Generator().manual_seed(0)))
    rows = typical_of_clusters(points, both, len(clusters), budget)
    assert len(rows) == len(set(rows)) == min(budget, len(clusters))
    return [int(clusters[row]) for row in rows]


def test_the_largest_cluster_comes_first() -> None:
    assert turns([6, 8, 7], [0, 0, 0], 3) == [1, 2, 0]


def test_a_cluster_without_labels_comes_before_a_larger_one_with() -> None:
    assert turns([6, 20, 7], [0, 2, 1], 3) == [0, 2, 0]


def test_more_choices_than_clusters_go_round_again() -> None:
    assert turns([6, 8, 7], [0, 0, 0], 7) == [1, 2, 0, 1, 2, 0, 1]


def test_small_clusters_come_when_the_others_are_used_up() -> None:
    assert turns([4, 5, 2], [0, 0, 0], 11) == [1] * 5 + [0, 2, 0, 2, 0, 0]


def test_clusters_of_equal_standing_keep_their_order() -> None:
    assert turns([5, 5, 5], [0, 0, 0], 3) == [0, 1, 2]


def test_the_middle_of_each_blob_is_chosen() -> None:
    features = blobs(AXES, [30, 40, 50], spread=0.1)
    rows = STRATEGY(Candidates(120, features=features), 3, 0)
    assert [sum(row >= edge for edge in (30, 70)) for row in rows] == [2, 1, 0]
    for row, (start, stop) in zip(rows, [(70, 120), (30, 70), (0, 30)], strict=True):
        part = unit(features[start:stop])
        assert row - start == int(typicality(part).argmax())


def test_a_labelled_blob_waits() -> None:
    features = blobs(AXES, [30, 40, 50], spread=0.02)
    # Two labels and a budget of 1 make three clusters; both labels lie in the largest.
    known = Candidates(120, features=features, labelled_features=blobs(AXES, [0, 0, 2], spread=0.02))
    (row,) = STRATEGY(known, 1, 0)
    assert 30 <= row < 70


def test_more_than_fifty_clusters_are_repeatable() -> None:
    known = candidates(800, 30)
    assert STRATEGY(known, 100, 1) == STRATEGY(known, 100, 1)

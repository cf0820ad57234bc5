import pytest
import torch

from tests.ml.query.candidates import blobs
from workers.ml.query.clusters import k_means


def test_blobs_are_found() -> None:
    clusters = k_means(blobs([(0.0, 0.0), (5.0, 0.0), (0.0, 5.0)], [10, 20, 30]), 3, seed=0)
    assert [len(set(part.tolist())) for part in torch.split(clusters, [10, 20, 30])] == [1, 1, 1]
    assert sorted(clusters.bincount().tolist()) == [10, 20, 30]


@pytest.mark.parametrize("count", [10, 60])
def test_the_same_seed_gives_the_same_clusters(count: int) -> None:
    points = torch.randn(6000, 8, generator=torch.Generator().manual_seed(0))
    assert torch.equal(k_means(points, count, 3), k_means(points, count, 3))
    assert not torch.equal(k_means(points, count, 3), k_means(points, count, 4))


@pytest.mark.parametrize("count", [5, 60])
def test_fewer_different_points_than_clusters_are_no_fault(count: int) -> None:
    assert len(k_means(torch.ones(70, 4), count, 0)) == 70


@pytest.mark.parametrize("count", [0, 4])
def test_an_impossible_number_of_clusters_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="clusters"):
        k_means(torch.ones(3, 2), count, 0)

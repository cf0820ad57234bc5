"""The most typical image of each cluster that labels have not reached (Hacohen et al. 2022, section 3)."""

import heapq

import torch
from torch import Tensor

from workers.ml.query.checks import checked_features, refuse_bad_sizes
from workers.ml.query.clusters import k_means
from workers.ml.query.distances import blocks, unit
from workers.ml.query.strategy import Candidates, Need, QueryStrategy
from workers.ml.seeds import derived_seed

MAX_CLUSTERS = 500
MIN_CLUSTER_SIZE = 5
NEIGHBOURS = 20


def typicality(points: Tensor) -> Tensor:
    """One over each point's mean distance to its 20 nearest others of `points` (n, D), or to all: (n,).

    The points have length 1. A lone point has typicality 0.
    """
    neighbours = min(NEIGHBOURS, len(points) - 1)
    if neighbours < 1:
        return points.new_zeros(len(points))
    means = points.new_empty(len(points))
    for rows in blocks(len(points), len(points)):
        closeness = points[rows] @ points.T
        closeness[torch.arange(len(closeness)), torch.arange(rows.start, rows.stop)] = -torch.inf
        nearest = closeness.topk(neighbours, dim=1).values
        means[rows] = (2 - 2 * nearest).clamp_min_(0).sqrt_().mean(dim=1)
    return 1 / (means + 1e-5)


def typical_of_clusters(points: Tensor, clusters: Tensor, n: int, budget: int) -> list[int]:
    """At most `budget` of the first `n` rows of `points` (n + m, D) of length 1; the other m are labelled.

    `clusters` (n + m,) says where each row belongs. The next row is the most typical one of the cluster with
    the fewest labelled and chosen rows; of the largest of those; of the first of those. A cluster of fewer
    than 5 has its turn when no other has rows left.
    """
    order = clusters.argsort(stable=True)
    members = dict(enumerate(torch.split(order, clusters.bincount().tolist())))
    turns = []
    for cluster, rows in members.items():
        fresh = int((rows < n).sum())
        if fresh:
            turns.append((len(rows) < MIN_CLUSTER_SIZE, len(rows) - fresh, -len(rows), cluster))
    heapq.heapify(turns)
    waiting: dict[int, list[int]] = {}
    chosen: list[int] = []
    while turns and len(chosen) < budget:
        small, taken, size, cluster = heapq.heappop(turns)
        if cluster not in waiting:
            waiting[cluster] = _least_typical_first(points, members[cluster], n)
        chosen.append(waiting[cluster].pop())
        if waiting[cluster]:
            heapq.heappush(turns, (small, taken + 1, size, cluster))
    return chosen


def select(candidates: Candidates, budget: int, seed: int) -> list[int]:
    """`typical_of_clusters`, of as many clusters as there will be labels, at most 500.

    The clusters are those of the candidates and the labelled images together. Typicality is taken once, over
    all of a cluster. (The authors' code takes it anew, without the labelled and chosen images, before each
    choice.)
    """
    refuse_bad_sizes(candidates.n, budget)
    features, labelled = checked_features(candidates)
    if candidates.n == 0 or budget == 0:
        return []
    points = unit(torch.cat([features, labelled]))
    count = min(len(labelled) + budget, MAX_CLUSTERS, len(points))
    clusters = k_means(points, count, derived_seed(seed, "typiclust query"))
    return typical_of_clusters(points, clusters, candidates.n, budget)


def _least_typical_first(points: Tensor, rows: Tensor, n: int) -> list[int]:
    """The candidates among a cluster's `rows`, to be taken from the end; of equals the first is the last."""
    typical = typicality(points[rows])
    ascending = rows[typical.argsort(descending=True, stable=True).flip(0)]
    return [int(row) for row in ascending[ascending < n]]


STRATEGY = QueryStrategy("typiclust", select, frozenset({Need.PRETEXT_FEATURES}))

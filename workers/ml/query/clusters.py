"""Clusters of images by their features."""

import warnings

import torch
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits
from torch import Tensor

_MOST_BY_FULL_K_MEANS = 50
_MINIBATCH = 5000


def k_means(points: Tensor, count: int, seed: int) -> Tensor:
    """The cluster 0..count-1 of each of `points` (n, D): (n,) int64. Some clusters may stay empty.

    k-means for up to 50 clusters and minibatch k-means for more, as in the code of TypiClust (Hacohen et al.
    2022) by its authors. Raises ValueError unless 1 <= `count` <= n.
    """
    if not 1 <= count <= len(points):
        raise ValueError(f"{len(points)} points have no {count} clusters.")
    state = seed % 2**32
    if count <= _MOST_BY_FULL_K_MEANS:
        algorithm = KMeans(count, random_state=state)
    else:
        algorithm = MiniBatchKMeans(count, batch_size=_MINIBATCH, random_state=state)
    # Sums over several threads are rounded in an order that changes from run to run.
    with warnings.catch_warnings(), threadpool_limits(1, user_api="openmp"):
        # Fewer different points than clusters are no fault here.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return torch.from_numpy(algorithm.fit_predict(points.numpy())).long()

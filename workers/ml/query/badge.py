"""Uncertain and unlike images at once: spread-out gradients of the last layer (BADGE, Ash et al. 2020)."""

import torch
from torch import Tensor

from workers.ml.query.checks import checked_features, checked_probs, refuse_bad_sizes
from workers.ml.query.strategy import Candidates, Need, QueryStrategy
from workers.ml.seeds import derived_seed

# Squared distances below this part of the lengths are what float32 makes of 0.
_ROUNDING = 1e-6


class GradientEmbeddings:
    """The last layer's gradients if each prediction were right (section 3): n vectors of length C * D.

    Image i's is the outer product of `errors[i]` (C,), its probabilities less the one-hot of their maximum,
    and `features[i]` (D,). They are never written out, since the inner product of two outer products is the
    product of the inner products. With `several` classes an image the loss is the binary cross-entropy, and
    the errors are the probabilities less 1 where a class is the likelier answer.
    """

    def __init__(self, probs: Tensor, features: Tensor, *, several: bool = False) -> None:
        self.errors = probs.float().clone()
        if several:
            self.errors -= (self.errors >= 0.5).float()
        else:
            self.errors[torch.arange(len(probs)), probs.argmax(dim=1)] -= 1
        self.features = features
        self.norms = self.errors.square().sum(dim=1) * features.square().sum(dim=1)

    def squared_to(self, row: int) -> Tensor:
        """The squared distance of each embedding to that of `row`: (n,)."""
        inner = (self.errors @ self.errors[row]) * (self.features @ self.features[row])
        scale = self.norms + self.norms[row]
        squared = scale - 2 * inner
        return squared.masked_fill_(squared < _ROUNDING * scale, 0.0)


def k_means_plus_plus(embeddings: GradientEmbeddings, budget: int, seed: int) -> list[int]:
    """Rows drawn one by one, as likely as their squared distance to the nearest of those drawn before.

    As in the authors' code the first is the longest gradient. When only copies of drawn ones are left, any of
    them is as likely as any other.
    """
    n = len(embeddings.norms)
    generator = torch.Generator().manual_seed(derived_seed(seed, "badge query"))
    nearest = embeddings.norms.new_full((n,), torch.inf)
    left = torch.ones(n, dtype=torch.bool)
    chosen: list[int] = []
    for _ in range(min(budget, n)):
        if chosen:
            weights = nearest.double() if bool(nearest.any()) else left.double()
            row = _drawn(weights, generator)
        else:
            row = int(embeddings.norms.argmax())
        torch.minimum(nearest, embeddings.squared_to(row), out=nearest)
        nearest[row] = 0.0
        left[row] = False
        chosen.append(row)
    return chosen


def select(candidates: Candidates, budget: int, seed: int) -> list[int]:
    """`k_means_plus_plus` over the `GradientEmbeddings` of the candidates."""
    refuse_bad_sizes(candidates.n, budget)
    features, _ = checked_features(candidates)
    embeddings = GradientEmbeddings(checked_probs(candidates), features, several=candidates.several)
    return k_means_plus_plus(embeddings, budget, seed)


def _drawn(weights: Tensor, generator: torch.Generator) -> int:
    """An index, as likely as its weight (n,), float64; never one of weight 0."""
    sums = weights.cumsum(dim=0)
    # 1 - rand lies within (0, 1], and the first sum that reaches it belongs to a weight above 0.
    mark = (1 - torch.rand(1, dtype=torch.float64, generator=generator)) * sums[-1]
    return int(torch.searchsorted(sums, mark))


STRATEGY = QueryStrategy("badge", select, frozenset({Need.PROBS, Need.TASK_FEATURES}))

"""Any images: the baseline every other strategy has to beat."""

import torch
from torch import Tensor

from workers.ml.query.checks import refuse_bad_sizes
from workers.ml.seeds import derived_seed


def query(probs: Tensor | None, n: int, budget: int, seed: int) -> list[int]:  # noqa: ARG001
    """At most `budget` of `n` rows, drawn without replacement; as a QueryStrategy. The seed decides."""
    refuse_bad_sizes(n, budget)
    generator = torch.Generator().manual_seed(derived_seed(seed, "random query"))
    return [int(row) for row in torch.randperm(n, generator=generator)[:budget]]

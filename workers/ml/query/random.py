"""Any images: the baseline every other strategy has to beat."""

import torch

from workers.ml.query.checks import refuse_bad_sizes
from workers.ml.query.strategy import Candidates, QueryStrategy
from workers.ml.seeds import derived_seed


def select(candidates: Candidates, budget: int, seed: int) -> list[int]:
    """At most `budget` rows, drawn without replacement. The seed decides."""
    refuse_bad_sizes(candidates.n, budget)
    generator = torch.Generator().manual_seed(derived_seed(seed, "random query"))
    return [int(row) for row in torch.randperm(candidates.n, generator=generator)[:budget]]


STRATEGY = QueryStrategy("random", select)

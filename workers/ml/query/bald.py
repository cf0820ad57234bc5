"""The images on which sampled models, each sure of itself, disagree (Houlsby et al. 2011).

The samples are dropout masks at prediction time, as in Gal, Islam & Ghahramani 2017, "Deep Bayesian Active
Learning with Image Data"; here dropout sits before the last layer only, at 0.5, their rate there.
"""

from torch import Tensor

from workers.ml.query import yes_or_no
from workers.ml.query.checks import checked_sampled_probs, refuse_bad_sizes
from workers.ml.query.entropy import entropy
from workers.ml.query.strategy import Candidates, Need, QueryStrategy


def mutual_information(sampled_probs: Tensor) -> Tensor:
    """What the answer would tell of the model, in nats: (n,) from `sampled_probs` (T, n, C).

    The entropy of the mean prediction less the mean entropy of the predictions.
    """
    return entropy(sampled_probs.mean(dim=0)) - entropy(sampled_probs).mean(dim=0)


def mean_mutual_information(sampled_probs: Tensor) -> Tensor:
    """The same where each class is a yes or no of its own: its mean over classes, (n,)."""
    spread = yes_or_no.mean_entropy
    return spread(sampled_probs.mean(dim=0)) - spread(sampled_probs).mean(dim=0)


def select(candidates: Candidates, budget: int, seed: int) -> list[int]:  # noqa: ARG001
    """The largest `mutual_information` first; ties by row."""
    refuse_bad_sizes(candidates.n, budget)
    # In float32 the difference of two entropies loses what tells close images apart.
    ask = mean_mutual_information if candidates.several else mutual_information
    information = ask(checked_sampled_probs(candidates).double())
    return [int(row) for row in information.argsort(descending=True, stable=True)[:budget]]


STRATEGY = QueryStrategy("bald", select, frozenset({Need.SAMPLED_PROBS}), dropout=0.5)

"""What a strategy wants to know of its candidates, computed for the service and for backtests alike."""

import torch
from torch import Tensor

from workers.ml.backbones import Classifier
from workers.ml.passes import Output, Scored
from workers.ml.query.strategy import Candidates, Need, QueryStrategy
from workers.ml.sampled_predict import sampled_predict

_PASSES_FOR = {
    Need.PROBS: Output.PROBS,
    Need.SAMPLED_PROBS: Output.FEATURES,
    Need.PREDICTED_LOSSES: Output.PREDICTED_LOSSES,
    Need.TASK_FEATURES: Output.FEATURES,
}


def known_of(
    strategy: QueryStrategy,
    candidates: Scored,
    labelled: Scored,
    model: Classifier | None,
    device: torch.device,
    *,
    seed: int,
    pretext_features: Tensor | None = None,
    labelled_pretext_features: Tensor | None = None,
) -> Candidates:
    """The candidates, in their order, with all that `strategy` needs and can use of them.

    `candidates` and `labelled` are scored by `model`. `pretext_features` (n, D) and
    `labelled_pretext_features` (m, D) are stored by the pretext run and only passed through. Raises
    ValueError if a need cannot be met.
    """
    wanted = strategy.needs | (strategy.uses if model is not None else frozenset())
    n = len(candidates)
    if n == 0:
        return Candidates(0)
    if strategy.needs_model and model is None:
        raise ValueError(f"{strategy.name} needs a task model, and there is none yet.")
    if Need.PRETEXT_FEATURES in wanted and pretext_features is None:
        raise ValueError(f"{strategy.name} needs the features of a pretext run.")
    said: dict[Output, Tensor] = {}
    sampled = features = labelled_features = None
    if model is not None:
        needed = {_PASSES_FOR[need] for need in wanted if need in _PASSES_FOR}
        said = candidates.ask(output for output in Output if output in needed)
        if Need.SAMPLED_PROBS in wanted:
            sampled = sampled_predict(model, said[Output.FEATURES], device, seed=seed)
        if Need.TASK_FEATURES in wanted:
            features = said[Output.FEATURES]
            labelled_features = labelled.ask([Output.FEATURES])[Output.FEATURES]
    if Need.PRETEXT_FEATURES in wanted:
        features, labelled_features = pretext_features, labelled_pretext_features
    return Candidates(
        n,
        probs=said.get(Output.PROBS),
        sampled_probs=sampled,
        predicted_losses=said.get(Output.PREDICTED_LOSSES),
        features=features,
        labelled_features=labelled_features,
        several=model is not None and model.several,
    )

"""What a strategy wants to know of its candidates, computed for the service and for backtests alike."""

import torch
from torch import Tensor

from workers.ml.backbones import Classifier
from workers.ml.data import ImageData, Progress, no_progress
from workers.ml.features import task_features
from workers.ml.predicted_losses import predicted_losses
from workers.ml.query.strategy import Candidates, Need, QueryStrategy
from workers.ml.sampled_predict import sampled_predict
from workers.ml.task_model import predict


def known_of(
    strategy: QueryStrategy,
    candidates: ImageData,
    labelled: ImageData,
    model: Classifier | None,
    device: torch.device,
    *,
    seed: int,
    pretext_features: Tensor | None = None,
    labelled_pretext_features: Tensor | None = None,
    progress: Progress = no_progress,
) -> Candidates:
    """The candidates, in their order, with all that `strategy` needs and can use of them.

    `pretext_features` (n, D) and `labelled_pretext_features` (m, D) are stored by the pretext run and only
    passed through. Raises ValueError if a need cannot be met.
    """
    wanted = strategy.needs | (strategy.uses if model is not None else frozenset())
    n = len(candidates)
    if n == 0:
        return Candidates(0)
    if strategy.needs_model and model is None:
        raise ValueError(f"{strategy.name} needs a task model, and there is none yet.")
    if Need.PRETEXT_FEATURES in wanted and pretext_features is None:
        raise ValueError(f"{strategy.name} needs the features of a pretext run.")
    probs = sampled = losses = features = labelled_features = None
    if model is not None:
        if Need.PROBS in wanted:
            probs = predict(model, candidates, None, device, progress=progress)
        if Need.SAMPLED_PROBS in wanted:
            sampled = sampled_predict(model, candidates, None, device, seed=seed, progress=progress)
        if Need.PREDICTED_LOSSES in wanted:
            losses = predicted_losses(model, candidates, None, device, progress=progress)
        if Need.TASK_FEATURES in wanted:
            features = task_features(model, candidates, None, device, progress=progress)
            labelled_features = task_features(model, labelled, None, device)
    if Need.PRETEXT_FEATURES in wanted:
        features, labelled_features = pretext_features, labelled_pretext_features
    return Candidates(
        n,
        probs=probs,
        sampled_probs=sampled,
        predicted_losses=losses,
        features=features,
        labelled_features=labelled_features,
        several=model is not None and model.several,
    )

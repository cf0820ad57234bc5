"""Predictions of a task model under dropout, time and again (Gal & Ghahramani 2016)."""

import torch
from torch import Tensor

from workers.ml.backbones import Classifier
from workers.ml.device import place
from workers.ml.seeds import derived_seed

# Masks are drawn for so many images at a time, so that memory does not grow with their number.
_AT_A_TIME = 4096


def sampled_predict(
    model: Classifier, features: Tensor, device: torch.device, *, passes: int = 10, seed: int = 0
) -> Tensor:
    """What `predict` gives, under `passes` dropout masks: (T, N, C) float32, on the CPU.

    Only dropout is at work; batch normalisation stays in evaluation mode. Dropout sits before the last layer
    alone, so that it is asked of `features` (N, D), which are those of `task_features`. Each image has masks
    of its own, which depend on `seed`. A model without dropout says the same in each pass. Raises ValueError
    for `passes` < 1.
    """
    if passes < 1:
        raise ValueError(f"There must be at least one pass, not {passes}.")
    place(model, device)
    model.eval()
    kept = 1 - model.dropout.p
    found = torch.empty(passes, len(features), model.outputs)
    with torch.inference_mode():
        for number in range(passes):
            generator = torch.Generator().manual_seed(derived_seed(seed, "dropout", number))
            for start in range(0, len(features), _AT_A_TIME):
                part = features[start : start + _AT_A_TIME]
                mask = torch.rand(part.shape, generator=generator) < kept
                logits: Tensor = model.head((part * mask / kept).to(device))
                found[number, start : start + len(part)] = model.probabilities(logits).cpu()
    return found

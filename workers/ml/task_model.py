"""The classifier of the user's real task: training on labels, and prediction."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from workers.ml.backbones import Classifier, new_classifier
from workers.ml.data import ImageData, Progress, Rows, no_progress
from workers.ml.device import normalise, place
from workers.ml.model_files import load_model, save_model
from workers.ml.recipes import task_recipe
from workers.ml.seeds import derived_seed
from workers.ml.trainer import FitResult, Recipe, fit

__all__ = ["load_model", "predict", "save_model", "task_recipe", "train_classifier"]


def train_classifier(
    data: ImageData,
    labels: Sequence[int],
    classes: int,
    backbone: str,
    recipe: Recipe,
    *,
    device: torch.device,
    checkpoint: Path | None = None,
    progress: Progress = no_progress,
) -> tuple[Classifier, FitResult]:
    """A fresh classifier of `classes` outputs, trained by cross-entropy on `data` and its `labels` (N,).

    Not all classes need labels. Raises ValueError if the labels do not fit the data or the classes, KeyError
    for an unknown backbone, and what `fit` raises.
    """
    if len(labels) != len(data):
        raise ValueError(f"There are {len(labels)} labels for {len(data)} images.")
    if any(not 0 <= label < classes for label in labels):
        raise ValueError(f"Labels must lie within 0..{classes - 1}.")
    model = new_classifier(backbone, classes, derived_seed(recipe.seed, "task weights"))
    answers = torch.tensor(labels, dtype=torch.int64, device=device)

    def loss(model: nn.Module, x: Tensor, rows: Tensor, _generator: torch.Generator) -> Tensor:
        return F.cross_entropy(model(x), answers[rows])

    digest = hashlib.sha256(np.asarray(labels, np.int64).tobytes()).hexdigest()
    identity = f"task {backbone} {classes} {digest}"
    result = fit(
        model, data, loss, recipe, device, checkpoint=checkpoint, progress=progress, identity=identity
    )
    return model, result


def predict(
    model: nn.Module,
    data: ImageData,
    rows: Rows | None,
    device: torch.device,
    *,
    minibatch: int = 256,
    progress: Progress = no_progress,
) -> Tensor:
    """The softmax of plain logits for `rows` of `data` (None: all), in evaluation mode: (N, C) float32, CPU.

    No images give (0, 0).
    """
    place(model, device)
    model.eval()
    wanted = np.arange(len(data)) if rows is None else rows
    parts: list[Tensor] = []
    with torch.inference_mode():
        for start in range(0, len(wanted), minibatch):
            part = wanted[start : start + minibatch]
            parts.append(model(normalise(data.minibatch(part), device)).softmax(dim=1).cpu())
            progress((start + len(part)) / len(wanted), f"{start + len(part)} of {len(wanted)} images")
    return torch.cat(parts).clone() if parts else torch.empty(0, 0)

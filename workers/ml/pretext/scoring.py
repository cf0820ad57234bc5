"""What a trained pretext model says of every image: its loss, and its features."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from workers.ml.data import ImageData, Progress, no_progress
from workers.ml.device import normalise, place
from workers.ml.features import task_features
from workers.ml.pretext.task import PretextModel, PretextTask


def pretext_losses(
    model: PretextModel,
    task: PretextTask[Any],
    data: ImageData,
    device: torch.device,
    *,
    minibatch: int = 256,
    progress: Progress = no_progress,
) -> Tensor:
    """The pretext loss of every image of `data`, in evaluation mode and not augmented: (N,) float64, CPU."""
    place(model, device)
    model.eval()
    losses = torch.empty(len(data), dtype=torch.float64)
    with torch.inference_mode():
        for start in range(0, len(data), minibatch):
            rows = np.arange(start, min(start + minibatch, len(data)))
            x = normalise(data.minibatch(rows), device)
            losses[start : start + len(rows)] = task.image_losses(model, x)
            progress((start + len(rows)) / len(data), f"{start + len(rows)} of {len(data)} images scored")
    return losses


def pretext_features(
    model: PretextModel,
    data: ImageData,
    device: torch.device,
    *,
    minibatch: int = 256,
    progress: Progress = no_progress,
) -> Tensor:
    """The features of every image of `data`, in evaluation mode and not augmented: (N, D) float32, CPU."""
    return task_features(model, data, None, device, minibatch=minibatch, progress=progress)

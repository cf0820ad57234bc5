"""What a trained pretext model says of every image: its loss, and its features."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from workers.ml.ahead import in_order, minibatches_ahead
from workers.ml.data import ImageData, Progress, no_progress
from workers.ml.device import normalise, place
from workers.ml.features import task_features
from workers.ml.pretext.task import PretextModel, PretextTask
from workers.ml.said import Said


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
        for rows, pixels in minibatches_ahead(data, in_order(np.arange(len(data)), minibatch)):
            losses[rows[0] : rows[-1] + 1] = task.image_losses(model, normalise(pixels, device))
            done = int(rows[-1]) + 1
            told = Said("scored", "{done} of {total} images scored", done=done, total=len(data))
            progress(done / len(data), told)
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

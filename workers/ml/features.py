"""Features of many images."""

from collections.abc import Callable
from typing import cast

import torch
from torch import Tensor, nn

from workers.ml.data import ImageData, Progress, Rows, no_progress
from workers.ml.inference import answers


def task_features(
    model: nn.Module,
    data: ImageData,
    rows: Rows | None,
    device: torch.device,
    *,
    minibatch: int = 256,
    progress: Progress = no_progress,
) -> Tensor:
    """`model.features` of `rows` of `data` (None: all), in evaluation mode: (N, D) float32, on the CPU.

    Any network that has `features` will do: a task model, a pretext model, a backbone. Raises AttributeError
    for one that has none.
    """
    ask = cast("Callable[[Tensor], Tensor]", model.features)
    return answers(model, ask, data, rows, device, minibatch=minibatch, progress=progress)

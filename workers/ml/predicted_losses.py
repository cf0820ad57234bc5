"""What a task model with a loss head expects to lose on many images (Yoo & Kweon 2019)."""

import torch
from torch import Tensor

from workers.ml.backbones import Classifier
from workers.ml.data import ImageData, Progress, Rows, no_progress
from workers.ml.inference import answers


def predicted_losses(
    model: Classifier,
    data: ImageData,
    rows: Rows | None,
    device: torch.device,
    *,
    minibatch: int = 256,
    progress: Progress = no_progress,
) -> Tensor:
    """The predicted losses of `rows` of `data` (None: all), in evaluation mode: (N,) float32, on the CPU.

    Only their order means anything. Raises ValueError if the model has no loss head.
    """
    return answers(
        model,
        lambda x: model.logits_and_losses(x)[1],
        data,
        rows,
        device,
        minibatch=minibatch,
        progress=progress,
    )

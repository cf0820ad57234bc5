"""Feature vectors of many images: what query strategies and maps of the pool measure distances on."""

from collections.abc import Callable
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn

from workers.ml.ahead import in_order, minibatches_ahead
from workers.ml.data import ImageData, Progress, Rows, no_progress
from workers.ml.device import normalise, place


def task_features(
    model: nn.Module,
    data: ImageData,
    rows: Rows | None,
    device: torch.device,
    *,
    minibatch: int = 256,
    progress: Progress = no_progress,
) -> Tensor:
    """The features of `rows` of `data` (None: all), in evaluation mode, not augmented: (n, D) float32, CPU.

    `model` is any module with a method `features` from normalised images (N, 3, H, W) to (N, D). No images
    give (0, 0).
    """
    place(model, device)
    model.eval()
    features = cast("Callable[[Tensor], Tensor]", model.features)
    wanted = np.arange(len(data)) if rows is None else rows
    found = torch.empty(0, 0)
    with torch.inference_mode():
        done = 0
        for part, pixels in minibatches_ahead(data, in_order(wanted, minibatch)):
            some = features(normalise(pixels, device))
            if done == 0:
                with torch.inference_mode(mode=False):  # the caller may want a gradient through it
                    found = torch.empty(len(wanted), some.shape[1])
            found[done : done + len(part)] = some
            done += len(part)
            progress(done / len(wanted), f"{done} of {len(wanted)} images")
    return found

"""A network's answers for many images, minibatch by minibatch."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from workers.ml.data import ImageData, Progress, Rows, no_progress
from workers.ml.device import normalise, place


def answers(
    model: nn.Module,
    ask: Callable[[Tensor], Tensor],
    data: ImageData,
    rows: Rows | None,
    device: torch.device,
    *,
    minibatch: int = 256,
    progress: Progress = no_progress,
) -> Tensor:
    """What `ask` says of `rows` of `data` (None: all): (N, ...) float32, on the CPU.

    `ask` turns normalised images (B, 3, H, W) into answers (B, ...) by means of `model`, which is moved to
    `device` and put into evaluation mode. No images give no rows, of the shape that others would have.
    """
    place(model, device)
    model.eval()
    wanted = np.arange(len(data)) if rows is None else rows
    parts: list[Tensor] = []
    with torch.inference_mode():
        for start in range(0, max(1, len(wanted)), minibatch):
            part = wanted[start : start + minibatch]
            parts.append(ask(normalise(data.minibatch(part), device)).float().cpu())
            done = start + len(part)
            progress(done / max(1, len(wanted)), f"{done} of {len(wanted)} images")
    # Tensors made in inference mode cannot be trained on; a copy can.
    return torch.cat(parts).clone()

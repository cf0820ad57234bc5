"""A network's answers for many images, minibatch by minibatch."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from workers.ml.ahead import in_order, minibatches_ahead
from workers.ml.data import ImageData, Progress, Rows, no_progress
from workers.ml.device import normalise, place
from workers.ml.said import Said


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
    # No images are asked about as well, for the shape of their answers.
    parts = list(in_order(wanted, minibatch)) or [wanted]
    found = torch.empty(0)
    done = 0
    with torch.inference_mode():
        for part, pixels in minibatches_ahead(data, parts):
            some = ask(normalise(pixels, device))
            if done == 0:
                # Tensors made in inference mode cannot be trained on.
                with torch.inference_mode(mode=False):
                    found = torch.empty(len(wanted), *some.shape[1:])
            found[done : done + len(part)] = some
            done += len(part)
            told = Said("images", "{done} of {total} images", done=done, total=len(wanted))
            progress(done / max(1, len(wanted)), told)
    return found

"""What a self-supervised task has to offer."""

from typing import Protocol

import torch
from torch import Tensor, nn


class PretextTask(Protocol):
    """A task whose answers are known without labels. It holds no state, and works on any device."""

    name: str
    outputs: int

    def training_loss(self, model: nn.Module, x: Tensor, generator: torch.Generator) -> Tensor:
        """The mean loss (a scalar with a gradient) of normalised, augmented images `x` (N, 3, H, W).

        `generator` lives on the CPU; whatever is random in the task comes from it.
        """
        ...

    def image_losses(self, model: nn.Module, x: Tensor) -> Tensor:
        """The loss of each image of `x` (N, 3, H, W): (N,), float64, on the CPU.

        `model` is in evaluation mode, and the answer depends on nothing random.
        """
        ...

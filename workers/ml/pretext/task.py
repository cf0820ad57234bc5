"""What a self-supervised task has to offer, and the network it trains."""

from typing import Protocol, TypeVar

import torch
from torch import Tensor, nn

from workers.ml.backbones import BACKBONES
from workers.ml.trainer import Recipe


class PretextModel(nn.Module):
    """A backbone, to which each task adds its own head and `forward`. Raises KeyError: unknown backbone."""

    def __init__(self, backbone_name: str) -> None:
        super().__init__()
        self.backbone_name = backbone_name
        self.backbone = BACKBONES[backbone_name]()

    def features(self, x: Tensor) -> Tensor:
        """Features (N, `backbone.width`) of normalised images (N, 3, H, W)."""
        return self.backbone.features(x)


Model = TypeVar("Model", bound=PretextModel)


class PretextTask(Protocol[Model]):
    """A task whose answers are known without labels. It holds no state, and works on any device."""

    name: str

    def build(self, backbone_name: str, seed: int) -> Model:
        """A fresh model on the CPU whose weights depend on `seed` alone. KeyError: unknown backbone."""
        ...

    def training_loss(self, model: Model, x: Tensor, generator: torch.Generator) -> Tensor:
        """The mean loss (a scalar with a gradient) of normalised, augmented images `x` (N, 3, H, W).

        `generator` lives on the CPU; whatever is random in the task comes from it.
        """
        ...

    def image_losses(self, model: Model, x: Tensor) -> Tensor:
        """The loss of each normalised image of `x` (N, 3, H, W): (N,), float64, finite, on the CPU.

        `model` is in evaluation mode. The answer depends on nothing random, and the loss of an image on
        none of the others in `x`.
        """
        ...

    def recipe(
        self,
        n_images: int,
        device: torch.device,
        epochs: int | None = None,
        seed: int = 0,
        *,
        flip: bool = True,
    ) -> Recipe:
        """How to train on `n_images`: on the CPU in about five minutes at most, unless `epochs` says more.

        `flip` must be off where left and right mean something.
        """
        ...

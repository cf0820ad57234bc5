"""Which way is up? (Gidaris et al. 2018; the pretext task of PT4AL, section 3.1.)"""

from typing import cast

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from workers.ml.pretext.task import PretextModel
from workers.ml.recipes import pretext_recipe
from workers.ml.seeds import seeded
from workers.ml.trainer import Recipe

TURNS = 4


class RotationModel(PretextModel):
    """A backbone and one linear layer, its weights named as those of a `Classifier` of four outputs."""

    def __init__(self, backbone_name: str) -> None:
        super().__init__(backbone_name)
        self.head = nn.Linear(self.backbone.width, TURNS)

    def forward(self, x: Tensor) -> Tensor:
        """Plain logits (N, 4) of normalised images (N, 3, S, S)."""
        return cast("Tensor", self.head(self.features(x)))


class Rotation:
    """A 4-way classifier says by how many quarter turns each square image was turned."""

    name = "rotation"

    def build(self, backbone_name: str, seed: int) -> RotationModel:
        """A fresh model from `seed`."""
        with seeded(seed):
            return RotationModel(backbone_name)

    def training_loss(self, model: RotationModel, x: Tensor, generator: torch.Generator) -> Tensor:  # noqa: ARG002
        """The mean cross-entropy over the four rotations of each image of `x` (N, 3, S, S)."""
        return F.cross_entropy(model(rotations(x)), _answers(x))

    def image_losses(self, model: RotationModel, x: Tensor) -> Tensor:
        """Each image's mean cross-entropy over its four rotations (PT4AL, section 3.1): (N,) float64, CPU."""
        # Turn by turn: buffers four times as large would cost more than the network itself gains by them.
        # In float32 every loss below 1e-7 becomes 0, and easy images would tie.
        logits = torch.cat([model(turned(x, turn)).cpu().double() for turn in range(TURNS)])
        losses = F.cross_entropy(logits, _answers(x).cpu(), reduction="none")
        return losses.view(TURNS, len(x)).mean(dim=0)

    def recipe(
        self,
        n_images: int,
        device: torch.device,
        epochs: int | None = None,
        seed: int = 0,
        *,
        flip: bool = True,
    ) -> Recipe:
        """200,000 images on the CPU, each turned four times. Crops and mirrors leave up where it is."""
        return pretext_recipe(n_images, device, epochs, seed, images_on_cpu=200_000, rate=0.1, flip=flip)


def rotations(x: Tensor) -> Tensor:
    """All images of `x` (N, C, S, S) turned by 0, then all by 90, 180, 270 degrees: (4N, C, S, S).

    The answer is channels_last. Raises ValueError if the images are not square.
    """
    return torch.cat([turned(x, turn) for turn in range(TURNS)])


def turned(x: Tensor, turn: int) -> Tensor:
    """The images of `x` (N, C, S, S) after `turn` quarter turns to the left, channels_last.

    Raises ValueError if the images are not square.
    """
    n, channels, side, width = x.shape
    if side != width:
        raise ValueError(f"Only square images can be turned, not {side} x {width}.")
    if turn == 0:
        return x.contiguous(memory_format=torch.channels_last)
    # One gather of whole pixels: torch.rot90 copies twice to give the same in this memory format.
    places = torch.arange(side * side, device=x.device).view(side, side).rot90(turn).flatten()
    pixels = x.permute(0, 2, 3, 1).reshape(n, side * side, channels)
    return pixels.index_select(1, places).view(n, side, side, channels).permute(0, 3, 1, 2)


def _answers(x: Tensor) -> Tensor:
    return torch.arange(TURNS, device=x.device).repeat_interleave(len(x))

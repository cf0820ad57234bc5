"""Are two views one image? (Chen & He 2021; one of the pretext tasks PT4AL compares.)

Two random views of an image go through the backbone and a projector; a predictor has to tell the projection
of one view from the other. What the paper leaves open, or is different here:

- Projector and predictor as in section 3, but as wide as the backbone allows: four times its features
  (2,048 for a ResNet-18, as there), and a quarter of that inside the predictor. The projector has two layers,
  as for CIFAR-10 (appendix D). Views are not blurred (appendix D, too).
- Both views of a minibatch are one forward pass, and share their batch statistics.
- The trainer mirrors, both views alike: only the recipe knows whether left and right mean something.
- The loss of an image is the mean over eight pairs of views. Pair by pair, all images are cropped and
  coloured alike, so that an image's loss does not depend on its neighbours. It is a negative cosine, -1..1.
"""

from typing import cast

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from workers.ml.pretext.task import PretextModel
from workers.ml.pretext.views import draw, view
from workers.ml.recipes import pretext_recipe
from workers.ml.seeds import derived_seed, seeded
from workers.ml.trainer import Recipe

PAIRS_SCORED = 8


class SimSiamModel(PretextModel):
    """A backbone, a projector and a predictor."""

    def __init__(self, backbone_name: str) -> None:
        super().__init__(backbone_name)
        features = self.backbone.width
        width = 4 * features
        self.projector = nn.Sequential(
            nn.Linear(features, width, bias=False),
            nn.BatchNorm1d(width),
            nn.ReLU(inplace=True),
            nn.Linear(width, width, bias=False),
            nn.BatchNorm1d(width, affine=False),
        )
        self.predictor = nn.Sequential(
            nn.Linear(width, width // 4, bias=False),
            nn.BatchNorm1d(width // 4),
            nn.ReLU(inplace=True),
            nn.Linear(width // 4, width),
        )

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Projections and predictions (N, 4 `backbone.width`) of normalised images (N, 3, H, W)."""
        projected = self.projector(self.features(x))
        return cast("Tensor", projected), cast("Tensor", self.predictor(projected))


class SimSiam:
    """From one view of an image, the network predicts what it makes of another."""

    name = "simsiam"

    def build(self, backbone_name: str, seed: int) -> SimSiamModel:
        """A fresh model from `seed`."""
        with seeded(seed):
            return SimSiamModel(backbone_name)

    def training_loss(self, model: SimSiamModel, x: Tensor, generator: torch.Generator) -> Tensor:
        """The mean symmetric negative cosine of two random views of each image of `x` (N, 3, H, W)."""
        pairs = torch.cat([view(x, draw(len(x), generator)) for _ in range(2)])
        projected, predicted = model(pairs)
        return similarity_loss(projected.detach(), predicted).mean()

    def image_losses(self, model: SimSiamModel, x: Tensor) -> Tensor:
        """Each image's mean loss over eight pairs of views, the same for all images: (N,) float64, CPU."""
        total = torch.zeros(len(x), dtype=torch.float64)
        for pair in range(PAIRS_SCORED):
            generator = torch.Generator().manual_seed(derived_seed("simsiam", pair))
            pairs = torch.cat([view(x, draw(1, generator)) for _ in range(2)])
            projected, predicted = model(pairs)
            # In float32 cosines near 1 are the same, and easy images would tie.
            total += similarity_loss(projected.cpu().double(), predicted.cpu().double())
        return total / PAIRS_SCORED

    def recipe(
        self,
        n_images: int,
        device: torch.device,
        epochs: int | None = None,
        seed: int = 0,
        *,
        flip: bool = True,
    ) -> Recipe:
        """300,000 images on the CPU, each twice. They are not cropped: views do that, and more."""
        return pretext_recipe(
            n_images, device, epochs, seed, images_on_cpu=300_000, rate=0.1, crop=False, flip=flip
        )


def similarity_loss(projected: Tensor, predicted: Tensor) -> Tensor:
    """The symmetric negative cosine (Chen & He 2021, equation 2) of n images: (n,), -1..1.

    Both are (2n, D): first one view of all images, then the other. No gradient should go through
    `projected`: detach it.
    """
    one, other = projected.chunk(2)
    cosines = F.cosine_similarity(predicted, torch.cat([other, one]), dim=1)
    first, second = cosines.chunk(2)
    return -(first + second) / 2

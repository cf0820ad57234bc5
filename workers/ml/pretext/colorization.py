"""Which colours had it? (Zhang et al. 2016; one of the pretext tasks PT4AL compares.)

The network sees lightness alone, and says for each cell of a grid a quarter as wide as the image which of
255 bins of the ab plane its colour lies in. What the paper leaves open, or is different here:

- Bins are squares of 10 x 10 (section 2.1). The paper counts 313 of them in gamut, from its own sampling;
  ours are those that 17^3 colours spread over the RGB cube fall into, and other colours take the nearest.
- The grid's colour is the mean ab of its pixels, as the paper scales ab to a quarter (section 2.2).
- Hard encoding: the answer is the nearest bin. The paper's soft encoding over five bins helps training, but
  adds to each image's loss the entropy of its own answer, which says nothing about difficulty.
- No class rebalancing (section 2.2): images are ranked by this loss, and rare colours are to count as what
  they are, surprising. Its weights would also depend on the pool, and with it every loss.
- Cells are read off all stages of the backbone, brought to the grid and added (as the hypercolumns of
  Larsson et al. 2016): the last stage alone is too coarse, and dilating it would change the backbone.

Grey images have nothing to tell: on a pool of greys all losses fall towards 0.
"""

from typing import cast

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from workers.ml.lab import colour_bins, rgb_to_lab
from workers.ml.pretext.task import PretextModel
from workers.ml.recipes import pretext_recipe
from workers.ml.seeds import seeded
from workers.ml.trainer import Recipe

BIN_WIDTH = 10
CELL = 4
_HIDDEN = 64


class ColorizationModel(PretextModel):
    """A backbone fed with lightness, and a head that classifies each cell's colour."""

    bins: Tensor

    def __init__(self, backbone_name: str) -> None:
        super().__init__(backbone_name)
        self.register_buffer("bins", colour_bins(BIN_WIDTH).clone())
        self.taps = nn.ModuleList(nn.Conv2d(width, _HIDDEN, 1) for width in self.backbone.map_widths)
        self.head = nn.Conv2d(_HIDDEN, len(self.bins), 1)

    def features(self, x: Tensor) -> Tensor:
        """Features (N, `backbone.width`) of the lightness of normalised RGB images (N, 3, H, W)."""
        return self.backbone.features(split_lab(x)[0])

    def forward(self, lightness: Tensor) -> Tensor:
        """Plain logits (N, Q, h, w) of normalised lightness (N, 3, H, W), with h and w as in `grid`."""
        size = grid(lightness)
        total = torch.zeros((), device=lightness.device)
        for tap, found in zip(self.taps, self.backbone.maps(lightness), strict=True):
            total = total + _resized(tap(found), size)
        return cast("Tensor", self.head(F.relu(total)))


class Colorization:
    """A classifier says which colours the cells of each image had before they were taken away."""

    name = "colorization"

    def build(self, backbone_name: str, seed: int) -> ColorizationModel:
        """A fresh model from `seed`."""
        with seeded(seed):
            return ColorizationModel(backbone_name)

    def training_loss(self, model: ColorizationModel, x: Tensor, generator: torch.Generator) -> Tensor:  # noqa: ARG002
        """The mean cross-entropy over the cells of all images of `x` (N, 3, H, W)."""
        lightness, colours = split_lab(x)
        return F.cross_entropy(model(lightness), answers(colours, model.bins))

    def image_losses(self, model: ColorizationModel, x: Tensor) -> Tensor:
        """Each image's mean cross-entropy over its cells: (N,) float64, CPU."""
        lightness, colours = split_lab(x)
        # In float32 every loss below 1e-7 becomes 0, and easy images would tie.
        logits = model(lightness).cpu().double()
        losses = F.cross_entropy(logits, answers(colours, model.bins).cpu(), reduction="none")
        return losses.mean(dim=(1, 2))

    def recipe(
        self,
        n_images: int,
        device: torch.device,
        epochs: int | None = None,
        seed: int = 0,
        *,
        flip: bool = True,
    ) -> Recipe:
        """200,000 images on the CPU. Crops and mirrors keep colours, and do the task no harm."""
        return pretext_recipe(n_images, device, epochs, seed, images_on_cpu=200_000, rate=0.1, flip=flip)


def split_lab(x: Tensor) -> tuple[Tensor, Tensor]:
    """Lightness and mean colour of normalised RGB images (N, 3, H, W), which must not have lost colour.

    Lightness is normalised as pixels are and comes as three equal channels (N, 3, H, W), channels_last, for
    which every backbone is made. Colours are ab (N, 2, h, w), the mean of each cell of `grid`.
    """
    lab = rgb_to_lab(x * 0.25 + 0.5)
    lightness = (lab[:, :1] / 100 - 0.5) / 0.25
    three = lightness.expand(-1, 3, -1, -1).contiguous(memory_format=torch.channels_last)
    return three, F.adaptive_avg_pool2d(lab[:, 1:], grid(x))


def answers(colours: Tensor, bins: Tensor) -> Tensor:
    """Which of `bins` (Q, 2) is nearest to each of `colours` (N, 2, h, w), of equals the first: (N, h, w)."""
    n, _, height, width = colours.shape
    flat = colours.permute(0, 2, 3, 1).reshape(-1, 2)
    # |c - b|^2 without |c|^2, which is the same for all bins.
    distances = torch.addmm(bins.square().sum(dim=1), flat, bins.T, alpha=-2)
    return distances.argmin(dim=1).view(n, height, width)


def grid(x: Tensor) -> tuple[int, int]:
    """How many cells of about 4 x 4 px an image of `x` (N, C, H, W) has, up and across; at least one."""
    return max(1, x.shape[2] // CELL), max(1, x.shape[3] // CELL)


def _resized(x: Tensor, size: tuple[int, int]) -> Tensor:
    """`x` (N, C, H, W) at `size`: means where it shrinks, bilinear where it grows."""
    if x.shape[2] >= size[0] and x.shape[3] >= size[1]:
        return F.adaptive_avg_pool2d(x, size)
    return F.interpolate(x, size=size, mode="bilinear", align_corners=False)

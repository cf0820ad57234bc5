"""How do the pieces fit together? (Noroozi & Favaro 2016; a pretext task for PT4AL's section 3.1.)

An image is cut into 3 x 3 tiles, the tiles are laid out in one of 100 orders, and the network says in which.
What the paper leaves open, or is different here:

- The tiles are cut from a window of three quarters of the image, which in training is anywhere (section 4.2
  has 225 of 256 px). Less would let the network read off where a tile was from the 8-px blocks of a JPEG
  file: with tiles at fixed places of CIFAR-10 as JPEG, the loss falls to nothing and nothing is learned.
- A tile is 64/75 of its cell of the window (section 4.2), so that no line runs on from one to the next. It
  sits somewhere in its cell in training, all tiles of a minibatch alike, and in the middle in evaluation.
- Each tile is normalised by itself (section 4.2), a channel at a time: like brightness would tell neighbours.
- Tiles below 12 px are enlarged, each by itself, as a backbone would have nothing left to halve. Enlarging
  the image instead would tell where they were, again.
- 100 orders; the paper has up to 1,000 for 1.3 million images. In training each image is laid out in four of
  them at once: tiles go through the backbone one by one, so that another order costs only the small head.
- The loss of an image is the mean over the windows in its four corners, which together see all of it, and
  in each over the first twenty orders, which are the farthest apart.
- Features are those of the whole image, as the backbone is convolutional.
"""

from typing import cast

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from workers.ml.pretext.permutations import distant_permutations
from workers.ml.pretext.task import PretextModel
from workers.ml.recipes import pretext_recipe
from workers.ml.seeds import seeded
from workers.ml.trainer import Recipe

SIDE = 3
TILES = SIDE * SIDE
ORDERS = 100
ORDERS_TRAINED = 4
ORDERS_SCORED = 20
_SMALLEST_TILE = 12
_INNER = 64 / 75
_CORNERS = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))


class JigsawModel(PretextModel):
    """A backbone for single tiles, and two layers on the tiles' features in the order they are laid out."""

    orders: Tensor

    def __init__(self, backbone_name: str) -> None:
        super().__init__(backbone_name)
        # Stored with the weights, which mean nothing without it.
        self.register_buffer("orders", distant_permutations(TILES, ORDERS).clone())
        hidden = 4 * self.backbone.width
        self.head = nn.Sequential(
            nn.Linear(TILES * self.backbone.width, hidden), nn.ReLU(inplace=True), nn.Linear(hidden, ORDERS)
        )

    def forward(self, tiles: Tensor, numbers: Tensor) -> Tensor:
        """Plain logits (N, K, 100) of tiles (N, 9, 3, t, t) in the orders that `numbers` (N, K) name."""
        single = tiles.flatten(0, 1).contiguous(memory_format=torch.channels_last)
        found = self.backbone.features(single).view(*tiles.shape[:2], -1)
        return cast("Tensor", self.head(laid_out(found, self.orders[numbers])))


class Jigsaw:
    """A classifier says in which order the tiles of each image lie."""

    name = "jigsaw"

    def build(self, backbone_name: str, seed: int) -> JigsawModel:
        """A fresh model from `seed`."""
        with seeded(seed):
            return JigsawModel(backbone_name)

    def training_loss(self, model: JigsawModel, x: Tensor, generator: torch.Generator) -> Tensor:
        """The mean cross-entropy over four random orders of the tiles of each image of `x` (N, 3, H, W)."""
        window, places = torch.rand(2, generator=generator), torch.rand(TILES, 2, generator=generator)
        numbers = torch.randint(ORDERS, (len(x), ORDERS_TRAINED), generator=generator).to(x.device)
        logits = model(cut(x, window, places), numbers)
        return F.cross_entropy(logits.flatten(0, 1), numbers.flatten())

    def image_losses(self, model: JigsawModel, x: Tensor) -> Tensor:
        """Each image's mean cross-entropy over four windows and twenty orders: (N,) float64, CPU."""
        middle = torch.full((TILES, 2), 0.5)
        numbers = torch.arange(ORDERS_SCORED).expand(len(x), -1)
        total = torch.zeros(len(x), dtype=torch.float64)
        for corner in _CORNERS:
            logits = model(cut(x, torch.tensor(corner), middle), numbers.to(x.device))
            # In float32 every loss below 1e-7 becomes 0, and easy images would tie.
            flat = logits.cpu().double().flatten(0, 1)
            losses = F.cross_entropy(flat, numbers.flatten(), reduction="none")
            total += losses.view(len(x), -1).mean(dim=1)
        return total / len(_CORNERS)

    def recipe(
        self,
        n_images: int,
        device: torch.device,
        epochs: int | None = None,
        seed: int = 0,
        *,
        flip: bool = True,
    ) -> Recipe:
        """500,000 images on the CPU. They are not cropped: windows do that, and nothing is reflected."""
        return pretext_recipe(
            n_images, device, epochs, seed, images_on_cpu=500_000, rate=0.05, crop=False, flip=flip
        )


def cut(x: Tensor, window: Tensor, places: Tensor) -> Tensor:
    """The nine tiles of each normalised image (N, C, H, W), row by row, each of mean 0 and deviation 1.

    `window` (2,) says where the window lies in the image, and `places` (9, 2) where each tile in its cell,
    0..1 down and across. The answer is (N, 9, C, t, u), with t and u alike for square images.
    """
    if min(x.shape[2:]) < 4 * SIDE:
        x = F.interpolate(x, scale_factor=4 * SIDE, mode="nearest")
    n, channels, height, width = x.shape
    tile = round(height // 4 * _INNER), round(width // 4 * _INNER)
    stacked = x.new_empty((n, TILES, channels, *tile))
    for number, (down, across) in enumerate(places.tolist()):
        top = _start(height, number // SIDE, float(window[0]), down)
        left = _start(width, number % SIDE, float(window[1]), across)
        stacked[:, number] = x[:, :, top : top + tile[0], left : left + tile[1]]
    deviation, mean = torch.std_mean(stacked, dim=(3, 4), correction=0, keepdim=True)
    # Plain tiles have no deviation; what noise they have must not be blown up to a pattern.
    normal = (stacked - mean) / deviation.clamp_min(0.02)
    if min(tile) >= _SMALLEST_TILE:
        return normal
    size = max(tile[0], _SMALLEST_TILE), max(tile[1], _SMALLEST_TILE)
    large = F.interpolate(normal.flatten(0, 1), size=size, mode="bilinear", align_corners=False)
    return large.view(n, TILES, channels, *size)


def laid_out(features: Tensor, orders: Tensor) -> Tensor:
    """Features (N, 9, D) of tiles side by side in each of `orders` (N, K, 9): (N, K, 9 D).

    In the i-th place comes the tile that the order names there.
    """
    n, tiles, width = features.shape
    index = orders.flatten(1)[:, :, None].expand(-1, -1, width)
    return features.gather(1, index).view(n, -1, tiles * width)


def _start(length: int, cell: int, window: float, place: float) -> int:
    """The first pixel of a tile in the `cell`-th of three cells of a window of an image `length` px long."""
    size = length // 4
    room, inner_room = length - SIDE * size, size - round(size * _INNER)
    return _part(room, window) + cell * size + _part(inner_room, place)


def _part(room: int, place: float) -> int:
    """One of 0..room, all as likely for an even `place` in 0..1."""
    return min(room, int(place * (room + 1)))

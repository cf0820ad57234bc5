import math

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.ml.pictures import CPU
from workers.ml.data import InMemory
from workers.ml.pretext.jigsaw import Jigsaw, JigsawModel, cut, laid_out
from workers.ml.pretext.training import train_pretext
from workers.ml.trainer import Recipe

MIDDLE = torch.full((9, 2), 0.5)
CENTRE = torch.tensor([0.5, 0.5])


def ramp(size: int) -> Tensor:
    """One image whose pixels all differ, and say where they are: 100 row + column."""
    rows = torch.arange(size).float()
    return (100 * rows[:, None] + rows).expand(1, 3, size, size)


def places_of(tiles: Tensor) -> Tensor:
    """Undo the normalising of the tiles of a ramp as far as differences go."""
    return (tiles - tiles[..., :1, :1]) / (tiles[..., :1, 1:2] - tiles[..., :1, :1])


def test_tiles_are_whole_parts_of_the_image() -> None:
    tiles = cut(ramp(64), CENTRE, MIDDLE)
    # Cells of 16 px hold tiles of 14.
    assert tiles.shape == (1, 9, 3, 14, 14)
    rows = torch.arange(14).float()
    expected = (100 * rows[:, None] + rows).expand(1, 9, 3, 14, 14)
    torch.testing.assert_close(places_of(tiles), expected, rtol=1e-3, atol=0.1)


@pytest.mark.parametrize(
    ("window", "first", "last"),
    [((0.0, 0.0), (1, 1), (33, 33)), ((1.0, 1.0), (17, 17), (49, 49)), ((0.0, 1.0), (1, 17), (33, 49))],
)
def test_tiles_come_row_by_row_from_the_window(
    window: tuple[float, float], first: tuple[int, int], last: tuple[int, int]
) -> None:
    # A single bright pixel is found in the tile that covers it, and at its place there.
    for number, (row, column) in ((0, first), (8, last)):
        x = torch.zeros(1, 3, 64, 64)
        x[:, :, row, column] = 1
        tiles = cut(x, torch.tensor(window), MIDDLE)
        found = (tiles[0, :, 0] > 1).nonzero().tolist()
        assert found == [[number, 0, 0]]


def test_places_move_tiles_within_their_cells() -> None:
    x = torch.zeros(1, 3, 64, 64)
    x[:, :, 8, 8] = 1
    window = torch.zeros(2)
    for place, found in ((0.0, [0, 8, 8]), (1.0, [0, 6, 6])):
        tiles = cut(x, window, torch.full((9, 2), place))
        assert (tiles[0, :, 0] > 1).nonzero().tolist() == [found]


def test_every_tile_has_mean_0_and_deviation_1() -> None:
    x = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    tiles = cut(x, CENTRE, MIDDLE)
    torch.testing.assert_close(tiles.mean(dim=(3, 4)), torch.zeros(2, 9, 3), atol=1e-4, rtol=0)
    torch.testing.assert_close(tiles.std(dim=(3, 4), correction=0), torch.ones(2, 9, 3), atol=1e-4, rtol=0)


def test_plain_tiles_are_zero() -> None:
    assert cut(torch.full((1, 3, 32, 32), 0.7), CENTRE, MIDDLE).abs().max() < 1e-3


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (11, 11), (12, 12), (32, 32), (33, 47), (97, 224)])
def test_images_of_any_size_can_be_cut(size: tuple[int, int]) -> None:
    x = torch.rand(1, 3, *size, generator=torch.Generator().manual_seed(0))
    for place in (0.0, 0.999, 1.0):
        tiles = cut(x, torch.full((2,), place), torch.full((9, 2), place))
        assert tiles.shape[:3] == (1, 9, 3)
        assert min(tiles.shape[3:]) >= 12
        assert tiles.isfinite().all()


def test_small_tiles_are_enlarged_each_by_itself() -> None:
    # The same 8 x 8 px over and over, as the blocks of a JPEG file: all tiles must look the same.
    block = torch.rand(1, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    tiles = cut(block.repeat(1, 1, 4, 4), CENTRE, MIDDLE)
    assert tiles.shape == (1, 9, 3, 12, 12)
    torch.testing.assert_close(tiles, tiles[:, :1].expand_as(tiles))


def test_features_are_laid_out_in_the_order_given() -> None:
    features = torch.arange(9).float().view(1, 9, 1).repeat(1, 1, 2)
    orders = torch.tensor([[list(range(9)), [8, 7, 6, 5, 4, 3, 2, 1, 0]]])
    found = laid_out(features, orders)
    assert found.shape == (1, 2, 18)
    assert found[0, 0].tolist() == [float(i) for i in range(9) for _ in range(2)]
    assert found[0, 1].tolist() == [float(i) for i in range(8, -1, -1) for _ in range(2)]


def test_the_loss_of_an_image_is_the_mean_over_windows_and_orders() -> None:
    class Told(JigsawModel):
        """Says 1 for the order asked for in the first ten, and nothing for the others."""

        def forward(self, tiles: Tensor, numbers: Tensor) -> Tensor:
            sure = (numbers < 10).float()
            return torch.eye(100)[numbers] * sure[..., None]

    losses = Jigsaw().image_losses(Told("small_cnn"), torch.zeros(2, 3, 16, 16))
    expected = (math.log(math.e + 99) - 1 + math.log(100)) / 2
    assert losses.tolist() == pytest.approx([expected] * 2)


def test_the_orders_are_kept_with_the_weights() -> None:
    assert Jigsaw().build("small_cnn", 0).state_dict()["orders"].shape == (100, 9)


def test_the_places_of_tiles_are_learned() -> None:
    # Each ninth of the window holds stripes of its own direction.
    angle = torch.arange(3)[:, None] * 3 + torch.arange(3)
    angle = angle.repeat_interleave(16, 0).repeat_interleave(16, 1) * (math.pi / 9)
    angle = torch.nn.functional.pad(angle[None, None].float(), (8, 8, 8, 8), mode="replicate")[0, 0]
    rows, columns = torch.meshgrid(torch.arange(64), torch.arange(64), indexing="ij")
    phases = torch.rand(64, 1, 1, generator=torch.Generator().manual_seed(0)) * 2 * math.pi
    stripes = torch.sin((rows * angle.sin() + columns * angle.cos()) * 0.9 + phases)
    pixels = ((stripes + 1) * 127).to(torch.uint8)[:, None].expand(-1, 3, -1, -1)
    recipe = Recipe(epochs=12, minibatch=16, learning_rate=0.05, crop=False, flip=False)
    _, result = train_pretext(InMemory(pixels), "jigsaw", "small_cnn", recipe, CPU)
    assert result.history[-1] < 1.5 < result.history[0]
    assert np.isfinite(result.history).all()

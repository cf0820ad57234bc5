import math

import pytest
import torch
from torch import Tensor

from tests.ml.pictures import CPU
from workers.ml.data import InMemory
from workers.ml.device import normalise
from workers.ml.pretext.colorization import Colorization, ColorizationModel, answers, grid, split_lab
from workers.ml.pretext.scoring import pretext_losses
from workers.ml.pretext.training import train_pretext
from workers.ml.trainer import Recipe

BINS = torch.tensor([[0.0, 0.0], [10.0, 0.0], [0.0, -10.0]])


def plain(rgb: tuple[int, int, int], size: int = 8) -> Tensor:
    """One normalised image of one colour."""
    return normalise(torch.tensor(rgb, dtype=torch.uint8).view(1, 3, 1, 1).expand(1, 3, size, size), CPU)


class Told(ColorizationModel):
    """Gives each cell the same logits."""

    def __init__(self, logits: list[float]) -> None:
        super().__init__("small_cnn")
        self.bins, self.logits = BINS, torch.tensor(logits)

    def forward(self, lightness: Tensor) -> Tensor:
        return self.logits[None, :, None, None].expand(len(lightness), -1, *grid(lightness))


def test_lightness_comes_as_three_equal_normalised_channels() -> None:
    lightness, _ = split_lab(plain((255, 0, 0)))
    assert lightness.shape == (1, 3, 8, 8)
    assert lightness.is_contiguous(memory_format=torch.channels_last)
    # Red has lightness 53.24: (0.5324 - 0.5) / 0.25.
    torch.testing.assert_close(lightness, torch.full((1, 3, 8, 8), 0.1296), atol=1e-3, rtol=0)


def test_the_network_cannot_see_colours() -> None:
    x = torch.cat([plain((119, 119, 119)), plain((255, 0, 0))])
    lightness, _ = split_lab(x)
    assert torch.equal(lightness[:, 0], lightness[:, 1])
    assert torch.equal(lightness[:, 0], lightness[:, 2])


def test_a_cell_has_the_mean_colour_of_its_pixels() -> None:
    half = plain((255, 0, 0), size=4)
    half[:, :, 2:] = plain((119, 119, 119), size=4)[:, :, 2:]
    _, colours = split_lab(half)
    assert colours.flatten().tolist() == pytest.approx([80.09 / 2, 67.20 / 2], abs=0.02)


@pytest.mark.parametrize(
    ("height", "width", "cells"), [(32, 32, (8, 8)), (33, 35, (8, 8)), (3, 8, (1, 2)), (1, 1, (1, 1))]
)
def test_cells_are_about_four_pixels_wide(height: int, width: int, cells: tuple[int, int]) -> None:
    assert grid(torch.zeros(1, 3, height, width)) == cells


@pytest.mark.parametrize(
    ("colour", "bin_"), [((0, 0), 0), ((6, 0), 1), ((40, 0), 1), ((2, -7), 2), ((5, 0), 0)]
)
def test_the_answer_is_the_nearest_bin(colour: tuple[float, float], bin_: int) -> None:
    assert answers(torch.tensor(colour).float().view(1, 2, 1, 1), BINS).tolist() == [[[bin_]]]


def test_the_loss_of_an_image_is_the_mean_cross_entropy_of_its_cells() -> None:
    x = torch.cat([plain((119, 119, 119)), plain((255, 0, 0))])
    x[1, :, :, 4:] = plain((119, 119, 119))[0, :, :, 4:]  # half grey, half red, which is nearest to bin 1
    losses = Colorization().image_losses(Told([1.0, 0.0, 0.0]), x)
    grey, red = math.log(math.e + 2) - 1, math.log(math.e + 2)
    assert losses.tolist() == pytest.approx([grey, (grey + red) / 2])


def test_the_training_loss_is_the_mean_over_images() -> None:
    model, x = Told([1.0, 0.0, 0.0]), torch.cat([plain((119, 119, 119)), plain((255, 0, 0))])
    mean = Colorization().image_losses(model, x).mean()
    assert float(Colorization().training_loss(model, x, torch.Generator())) == pytest.approx(float(mean))


def test_tiny_losses_stay_apart() -> None:
    losses = [float(Colorization().image_losses(Told([z, 0, 0]), plain((9, 9, 9)))) for z in (25.0, 30.0)]
    assert losses[0] > losses[1] > 0


def test_colours_that_follow_from_lightness_are_learned_and_others_are_hard() -> None:
    generator = torch.Generator().manual_seed(0)
    dark = torch.rand(64, generator=generator) < 0.5
    red, sky = torch.tensor([110, 10, 10]), torch.tensor([150, 210, 250])
    flat = torch.where(dark[:, None], red, sky)[:, :, None, None]
    grain = torch.randint(0, 5, (64, 3, 16, 16), generator=generator)
    pixels = (flat + grain).to(torch.uint8)
    recipe = Recipe(epochs=12, minibatch=16, learning_rate=0.05)
    model, result = train_pretext(InMemory(pixels), "colorization", "small_cnn", recipe, CPU)
    assert result.history[-1] < 0.3 < result.history[0]
    # The same with red and green changed over: as light as before, and of colours never seen.
    odd = InMemory(pixels[:8].flip(1))
    usual = InMemory(pixels[:8])
    task = Colorization()
    assert pretext_losses(model, task, odd, CPU).min() > pretext_losses(model, task, usual, CPU).max()

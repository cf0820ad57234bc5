import pytest
import torch

from workers.ml.lab import colour_bins, rgb_to_lab

# From the CIE formulas with sRGB primaries and D65, worked out by hand or as colour calculators print them.
KNOWN = [
    ((0, 0, 0), (0.0, 0.0, 0.0)),
    ((255, 255, 255), (100.0, 0.0, 0.0)),
    ((119, 119, 119), (50.03, 0.0, 0.0)),
    ((255, 0, 0), (53.24, 80.09, 67.20)),
    ((0, 255, 0), (87.73, -86.18, 83.18)),
    ((0, 0, 255), (32.30, 79.19, -107.86)),
    ((255, 255, 0), (97.14, -21.55, 94.48)),
    ((128, 64, 32), (34.72, 25.00, 31.37)),
]


def lab_of(rgb: tuple[int, int, int]) -> list[float]:
    values: list[float] = rgb_to_lab(torch.tensor(rgb).view(1, 3, 1, 1) / 255).flatten().tolist()
    return values


@pytest.mark.parametrize(("rgb", "lab"), KNOWN)
def test_known_colours(rgb: tuple[int, int, int], lab: tuple[float, float, float]) -> None:
    assert lab_of(rgb) == pytest.approx(lab, abs=0.02)


@pytest.mark.parametrize("grey", [0, 1, 2, 9, 10, 11, 100, 254, 255])
def test_greys_have_no_colour(grey: int) -> None:
    assert lab_of((grey, grey, grey))[1:] == pytest.approx([0.0, 0.0], abs=1e-3)


def test_lightness_rises_with_every_grey() -> None:
    greys = (torch.arange(256) / 255).view(1, 1, 1, 256).expand(1, 3, 1, 256)
    lightness = rgb_to_lab(greys)[0, 0, 0]
    assert (lightness.diff() > 0).all()


def test_values_beyond_the_range_are_clipped() -> None:
    beyond = torch.tensor([-0.1, 1.2, 0.5]).view(1, 3, 1, 1)
    torch.testing.assert_close(rgb_to_lab(beyond), rgb_to_lab(beyond.clamp(0, 1)))


def test_images_keep_their_shape_and_type() -> None:
    assert rgb_to_lab(torch.zeros(2, 3, 4, 5, dtype=torch.float64)).dtype == torch.float64
    assert rgb_to_lab(torch.zeros(2, 3, 4, 5)).shape == (2, 3, 4, 5)


def test_bins_are_multiples_of_their_width_and_hold_grey() -> None:
    bins = colour_bins(10)
    assert bins.shape == (255, 2)
    assert (bins % 10 == 0).all()
    assert [0.0, 0.0] in bins.tolist()


def test_every_colour_lies_near_a_bin() -> None:
    cube = torch.rand(1, 3, 1, 5000, generator=torch.Generator().manual_seed(0))
    colours = rgb_to_lab(cube)[0, 1:, 0].T
    # Half a square's diagonal is 7.1; colours at the rim may have to take a neighbour.
    assert float(torch.cdist(colours, colour_bins(10)).amin(dim=1).max()) < 11

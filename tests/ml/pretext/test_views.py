import math

import pytest
import torch
from torch import Tensor

from workers.ml.pretext.views import Views, _hue, _saturation, draw, view

WHOLE = torch.tensor([[0.0, 0.0, 1.0, 1.0]])
SAME = torch.eye(3)[None]
ONE = torch.ones(1)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def images(n: int, size: int = 8) -> Tensor:
    return torch.rand(n, 3, size, size, generator=generator()) * 4 - 2


def normalised(*rgb: float) -> Tensor:
    """One image of 2 x 2 px of one colour, 0..1."""
    return ((torch.tensor(rgb) - 0.5) / 0.25).view(1, 3, 1, 1).expand(1, 3, 2, 2)


def colour(x: Tensor) -> list[float]:
    values: list[float] = (x[0, :, 0, 0] * 0.25 + 0.5).tolist()
    return values


def test_the_whole_image_in_its_own_colours_is_the_image() -> None:
    x = images(3)
    torch.testing.assert_close(view(x, Views(WHOLE, SAME, ONE)), x, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(
    ("crop", "rows", "columns"),
    [
        ((-0.5, -0.5, 0.5, 0.5), slice(0, 4), slice(0, 4)),
        ((0.5, -0.5, 0.5, 0.5), slice(4, 8), slice(0, 4)),
        ((-0.5, 0.0, 0.5, 1.0), slice(0, 4), slice(0, 8)),
    ],
)
def test_a_part_is_enlarged(crop: tuple[float, ...], rows: slice, columns: slice) -> None:
    x = images(1)
    found = view(x, Views(torch.tensor([crop]), SAME, ONE))
    part = x[:, :, rows, columns]
    expected = torch.nn.functional.interpolate(part, size=(8, 8), mode="bilinear", align_corners=False)
    # Beyond the part's rim the view sees its surroundings, which the expected one does not have.
    torch.testing.assert_close(found[:, :, 1:-1, 1:-1], expected[:, :, 1:-1, 1:-1], atol=1e-4, rtol=1e-4)


def test_brightness_changes_all_colours_and_is_clipped() -> None:
    found = view(normalised(0.2, 0.4, 0.9), Views(WHOLE, 1.5 * SAME, ONE))
    assert colour(found) == pytest.approx([0.3, 0.6, 1.0], abs=1e-5)


def test_without_saturation_all_channels_are_grey() -> None:
    grey = 0.299 * 0.2 + 0.587 * 0.4 + 0.114 * 0.9
    found = view(normalised(0.2, 0.4, 0.9), Views(WHOLE, _saturation(torch.zeros(1)), ONE))
    assert colour(found) == pytest.approx([grey] * 3, abs=1e-5)


def test_no_contrast_leaves_the_mean_grey() -> None:
    x = normalised(0.5, 0.5, 0.5).clone()
    x[:, :, 0] = 2  # the upper half white
    assert colour(view(x, Views(WHOLE, SAME, torch.zeros(1)))) == pytest.approx([0.75] * 3, abs=1e-5)


def test_a_turn_of_hue_keeps_the_grey_and_a_whole_turn_all() -> None:
    rgb = torch.tensor([0.2, 0.4, 0.9])
    weights = torch.tensor([0.299, 0.587, 0.114])
    turned = (_hue(torch.tensor([0.6])) @ rgb)[0]
    assert float(turned @ weights) == pytest.approx(float(rgb @ weights), abs=1e-5)
    assert not torch.allclose(turned, rgb, atol=0.05)
    torch.testing.assert_close((_hue(torch.tensor([2 * math.pi])) @ rgb)[0], rgb, atol=1e-5, rtol=1e-5)


def test_hue_leaves_greys_grey() -> None:
    turned = (_hue(torch.tensor([1.0])) @ torch.full((3,), 0.5))[0]
    assert turned.tolist() == pytest.approx([0.5] * 3, abs=1e-3)


def test_drawn_parts_lie_within_the_image() -> None:
    crop = draw(2000, generator()).crop
    assert (crop[:, :2].abs() + crop[:, 2:]).max() <= 1 + 1e-6
    area = crop[:, 2] * crop[:, 3]
    assert area.min() > 0.15
    assert area.max() <= 1
    assert float(area.mean()) == pytest.approx(0.57, abs=0.04)  # 0.6, less what is cut off


def test_a_fifth_is_grey_and_a_sixth_in_its_own_colours() -> None:
    colours = draw(4000, generator()).colours
    grey = (colours.std(dim=1).amax(dim=1) < 1e-6).float().mean()
    same = (colours - torch.eye(3)).abs().amax(dim=(1, 2)) < 1e-6
    assert float(grey) == pytest.approx(0.2, abs=0.03)
    assert float(same.float().mean()) == pytest.approx(0.2 * 0.8, abs=0.03)


def test_views_repeat_with_their_generator() -> None:
    x = images(4)
    assert torch.equal(view(x, draw(4, generator(3))), view(x, draw(4, generator(3))))


def test_one_view_is_for_all_images() -> None:
    x, one = images(4), draw(1, generator())
    together = view(x, one)
    alone = torch.cat([view(image[None], one) for image in x])
    torch.testing.assert_close(together, alone, atol=1e-5, rtol=1e-5)


def test_views_are_channels_last_and_within_the_range_of_pixels() -> None:
    found = view(images(16), draw(16, generator()))
    assert found.is_contiguous(memory_format=torch.channels_last)
    assert found.abs().max() <= 2


def test_oblong_images_keep_their_shape() -> None:
    x = torch.zeros(2, 3, 4, 6)
    assert view(x, draw(2, generator())).shape == (2, 3, 4, 6)

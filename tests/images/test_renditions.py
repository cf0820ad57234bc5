from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from tests.images.pictures import corner
from workers.images.renditions import renditions, training_pixels


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    assert image.format == "WEBP"
    return image


def gradient(width: int, height: int) -> Image.Image:
    return Image.linear_gradient("L").resize((width, height)).convert("RGB")


@pytest.mark.parametrize(
    ("size", "display", "thumb"),
    [
        ((3200, 1600), (1600, 800), (256, 128)),
        ((900, 1800), (800, 1600), (128, 256)),
        ((300, 200), (300, 200), (256, 171)),
        ((5000, 2), (1600, 1), (256, 1)),
    ],
)
def test_sizes(size: tuple[int, int], display: tuple[int, int], thumb: tuple[int, int]) -> None:
    made = renditions(gradient(*size))
    assert opened(made["display"]).size == display
    assert opened(made["thumb"]).size == thumb


def test_small_images_lose_nothing() -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8))
    made = renditions(noise)
    assert list(made) == ["thumb"]
    assert np.array_equal(np.asarray(opened(made["thumb"]).convert("RGB")), np.asarray(noise))


def test_lossy_ones_look_the_same() -> None:
    image = gradient(640, 480)
    shown = np.asarray(opened(renditions(image)["display"]).convert("RGB")).astype(int)
    assert np.abs(shown - np.asarray(image)).mean() < 2


@pytest.mark.parametrize("size", [(100, 50), (50, 100), (7, 5), (1, 1), (300, 301), (4000, 1)])
def test_training_pixels_shape(size: tuple[int, int]) -> None:
    pixels = training_pixels(gradient(*size), 32)
    assert pixels.shape == (32, 32, 3)
    assert pixels.dtype == np.uint8
    assert pixels.flags.writeable
    assert pixels.flags.c_contiguous


def test_exact_size_is_not_resampled() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (32, 41, 3), dtype=np.uint8)
    assert np.array_equal(training_pixels(Image.fromarray(noise[:, :32]), 32), noise[:, :32])
    assert np.array_equal(training_pixels(Image.fromarray(noise), 32), noise[:, 4:36])


def test_centre_is_kept() -> None:
    image = Image.new("RGB", (300, 100), "black")
    image.paste((255, 255, 255), (100, 0, 200, 100))
    inside = slice(1, -1)  # antialiasing mixes the outermost pixels with their neighbours
    assert training_pixels(image, 20)[inside, inside].min() > 240
    assert training_pixels(image.rotate(90, expand=True), 20)[inside, inside].min() > 240


def test_downscaling_is_antialiased() -> None:
    stripes = np.zeros((512, 512, 3), np.uint8)
    stripes[:, ::2] = 255
    small = training_pixels(Image.fromarray(stripes), 32)
    assert small.min() > 100
    assert small.max() < 155


def test_orientation_of_the_square() -> None:
    pixels = training_pixels(corner(size=(64, 64)), 16)
    assert pixels[2, 2].min() > 240
    assert pixels[2, 13].max() < 15
    assert pixels[13, 2].max() < 15


def test_size_must_be_positive() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        training_pixels(corner(), 0)

"""Images through processes: the same as without them, and within limits."""

import sys
import zlib
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from app.config import Settings
from tests.images.decoders.kinds import kinds
from tests.images.pictures import encode, png, png_claiming
from workers.images.decode import BadImage, decode
from workers.images.decoders.pictures import (
    Picture,
    Renditions,
    picture_decoders,
    picture_of,
    pictures_of,
)
from workers.images.decoders.pool import Decoders
from workers.images.limits import Limits
from workers.images.renditions import renditions, training_pixels

LIMITS = Limits()
SIZE = 48
SMALL, LARGE = (300, 200), (2000, 2000)
BYTES_A_PIXEL = 40  # what the setting's description promises


@pytest.fixture(scope="module")
def decoders() -> Iterator[Decoders]:
    with picture_decoders(1, LIMITS) as pool:
        yield pool


@pytest.fixture(scope="module")
def tight() -> Iterator[Decoders]:
    """Limits of a smaller service, in the proportion of the defaults."""
    pixels = LARGE[0] * LARGE[1]
    with picture_decoders(1, Limits(pixels=pixels, decode_mib=pixels * BYTES_A_PIXEL // 2**20)) as pool:
        yield pool


def code_of(pool: Decoders, data: bytes) -> str:
    with pytest.raises(BadImage) as caught:
        picture_of(pool, data, SIZE)
    return caught.value.code


@pytest.mark.parametrize(("name", "data"), [pytest.param(*kind, id=kind[0]) for kind in kinds(*SMALL)])
def test_a_process_makes_of_each_kind_what_this_one_does(decoders: Decoders, name: str, data: bytes) -> None:
    picture, here = picture_of(decoders, data, SIZE, renditions="all"), decode(data, LIMITS, SIZE)
    assert (picture.width, picture.height, picture.format) == (here.width, here.height, here.format)
    assert np.array_equal(picture.training, training_pixels(here.image, SIZE))
    assert picture.renditions == renditions(here.image)


@pytest.mark.parametrize(("name", "data"), [pytest.param(*kind, id=kind[0]) for kind in kinds(*LARGE)])
def test_the_largest_image_of_each_kind_fits_into_the_memory(tight: Decoders, name: str, data: bytes) -> None:
    # Of a size beyond which no JPEG is decoded smaller.
    assert picture_of(tight, data, 1000).training.shape == (1000, 1000, 3)


@pytest.mark.parametrize("limits", [Limits(), Settings()])
def test_the_defaults_hold_the_largest_image(limits: Limits | Settings) -> None:
    if isinstance(limits, Limits):
        pixels, file, most = limits.pixels, limits.file_bytes, limits.decode_mib
    else:
        pixels, file, most = limits.max_pixels, limits.max_file_bytes, limits.decode_mib
    assert pixels * BYTES_A_PIXEL + 2 * file <= most * 2**20


def test_only_what_is_asked_for_is_made(decoders: Decoders) -> None:
    assert picture_of(decoders, png(), SIZE).renditions == {}


def test_pixels_can_be_written(decoders: Decoders) -> None:
    picture_of(decoders, png(), SIZE).training[:] = 0


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"hello", "not_an_image"),
        (b"", "not_an_image"),
        (png()[:40], "corrupt"),
        (png_claiming(60_000, 60_000), "too_many_pixels"),
    ],
)
def test_what_is_no_image_is_refused_as_without_processes(decoders: Decoders, data: bytes, code: str) -> None:
    assert code_of(decoders, data) == code


def test_a_file_above_the_limit_is_not_even_sent() -> None:
    with picture_decoders(1, replace(LIMITS, file_bytes=10)) as pool:
        assert code_of(pool, png()) == "too_large"


@pytest.mark.parametrize(
    ("data", "made"),
    [
        (encode(Image.new("RGB", (256, 9)), "JPEG"), []),
        (encode(Image.new("RGB", (257, 9)), "JPEG"), ["display", "thumb"]),
        (encode(Image.new("RGB", (256, 9)), "JPEG") + bytes(64 * 2**10), ["thumb"]),
        (encode(Image.new("RGB", (256, 9)), "PNG"), ["thumb"]),
    ],
    ids=["small", "large", "many bytes", "no JPEG"],
)
def test_what_is_its_own_thumb_has_none_unless_it_is_wanted_all_the_same(
    decoders: Decoders, data: bytes, made: list[str]
) -> None:
    assert list(picture_of(decoders, data, SIZE, renditions="unless_own").renditions) == made
    assert list(picture_of(decoders, data, SIZE, renditions="all").renditions) == (made or ["thumb"])


def test_pictures_together_are_what_they_are_alone(decoders: Decoders) -> None:
    files = [data for _, data in kinds(*SMALL)]
    files.insert(2, b"hello")
    wanted: list[Renditions] = ["all", "none"]
    asked = [(data, wanted[place % 2]) for place, data in enumerate(files)]
    together = pictures_of(decoders, asked, SIZE)
    for place, (data, found) in enumerate(zip(files, together, strict=True)):
        if place == 2:
            assert isinstance(found, BadImage)
            assert found.code == "not_an_image"
            continue
        assert isinstance(found, Picture)
        single = picture_of(decoders, data, SIZE, renditions=wanted[place % 2])
        assert np.array_equal(found.training, single.training)
        assert replace(found, training=single.training, seconds=single.seconds) == single


def test_one_above_the_limit_is_refused_in_its_place_among_others() -> None:
    with picture_decoders(1, replace(LIMITS, file_bytes=len(png()))) as pool:
        first, second, third = pictures_of(
            pool, [(png(), "none"), (png() + b"!", "none"), (png(), "none")], SIZE
        )
    assert isinstance(second, BadImage)
    assert second.code == "too_large"
    assert isinstance(first, Picture)
    assert isinstance(third, Picture)


def bomb(side: int) -> bytes:
    """A true PNG whose every pixel is there, packed a thousandfold."""
    data = encode(Image.new("1", (side, side)), "PNG", compress_level=9)
    assert len(data) * 500 < side * side // 8
    return data


def test_a_bomb_of_pixels_is_refused_before_it_goes_off(decoders: Decoders) -> None:
    assert code_of(decoders, bomb(20_000)) == "too_many_pixels"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such limit")
def test_a_bomb_of_allowed_pixels_ends_at_the_limit_of_memory() -> None:
    with picture_decoders(1, replace(LIMITS, pixels=10**9, decode_mib=256)) as pool:
        assert code_of(pool, bomb(20_000)) == "too_much_memory"
        assert picture_of(pool, png(), SIZE).width == 8


def test_a_bomb_of_text_is_refused(decoders: Decoders) -> None:
    text = b"Comment\0\0" + zlib.compress(bytes(200 * 2**20), 9)
    chunk = len(text).to_bytes(4, "big") + b"zTXt" + text + zlib.crc32(b"zTXt" + text).to_bytes(4, "big")
    whole = png()
    at = 8 + 25  # behind the header
    assert code_of(decoders, whole[:at] + chunk + whole[at:]) == "corrupt"


def test_a_process_that_lies_about_its_pixels_is_not_believed() -> None:
    with Decoders(1, LIMITS, "tests.images.decoders.lying_work") as pool:
        for lie in ("few pixels", "no parts", "odd format", "odd rendition"):
            assert code_of(pool, lie.encode()) == "decoder_crashed"

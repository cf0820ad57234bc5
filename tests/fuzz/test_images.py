"""Damaged images: each is an image all the same, or refused with a code."""

import warnings
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given

from tests.fuzz.count import count
from tests.fuzz.effort import tries
from tests.fuzz.mutations import damaged
from tests.images.decoders.kinds import kinds
from workers.images.decode import BadImage, Decoded, decode
from workers.images.decoders.pictures import picture_decoders, picture_of
from workers.images.decoders.pool import Decoders
from workers.images.limits import Limits
from workers.images.renditions import renditions, training_pixels

SEEDS = [data for _, data in kinds(24, 16)]
LIMITS = Limits(pixels=200_000, file_bytes=100_000)
CODES = {"not_an_image", "corrupt", "too_large", "too_many_pixels", "too_much_memory"}
SIZE = 8


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Warnings of Pillow's are errors in tests; a service ignores them, and goes on behind them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def decoded(data: bytes) -> Decoded | str:
    """The image, or the code of why there is none."""
    try:
        return decode(data, LIMITS, SIZE)
    except BadImage as error:
        return error.code if error.reason else ""


@tries(3000)
@given(data=damaged(SEEDS))
def test_a_damaged_image_is_decoded_or_refused(data: bytes) -> None:
    count("images")
    found = decoded(data)
    if isinstance(found, str):
        assert found in CODES
        return
    assert found.image.mode == "RGB"
    assert 1 <= found.width * found.height <= LIMITS.pixels
    assert training_pixels(found.image, SIZE).shape == (SIZE, SIZE, 3)
    assert set(renditions(found.image)) in ({"thumb"}, {"display", "thumb"})


@pytest.fixture(scope="module")
def decoders() -> Iterator[Decoders]:
    with picture_decoders(1, LIMITS) as pool:
        yield pool


@tries(600)
@given(data=damaged(SEEDS, most_edits=3))
def test_a_process_says_of_a_damaged_image_what_this_one_does(decoders: Decoders, data: bytes) -> None:
    count("images in processes")
    here = decoded(data)
    try:
        there = picture_of(decoders, data, SIZE)
    except BadImage as error:
        refused = error.code
    else:
        assert isinstance(here, Decoded)
        assert (there.width, there.height, there.format) == (here.width, here.height, here.format)
        assert np.array_equal(there.training, training_pixels(here.image, SIZE))
        return
    assert here == refused

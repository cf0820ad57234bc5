from contextlib import suppress
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import ExifTags, Image

from tests.images.pictures import corner, encode, png_claiming
from workers.images.decode import BadImage, decode
from workers.images.limits import Limits
from workers.images.renditions import training_pixels

LIMITS = Limits()
SMALL = Limits(pixels=1_000_000)


def pixels(data: bytes) -> NDArray[np.uint8]:
    decoded = decode(data, LIMITS)
    assert decoded.image.mode == "RGB"
    assert decoded.image.size == (decoded.width, decoded.height)
    return np.asarray(decoded.image)


def code(data: bytes, limits: Limits = LIMITS) -> str:
    with pytest.raises(BadImage) as caught:
        decode(data, limits)
    assert caught.value.reason
    return caught.value.code


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF"])
def test_formats(kind: str) -> None:
    data = encode(corner(), kind)
    decoded = decode(data, LIMITS)
    assert (decoded.format, decoded.width, decoded.height) == (kind, 32, 16)
    assert pixels(data)[2, 2].min() > 230
    assert pixels(data)[12, 24].max() < 25


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("1", "PNG"), ("L", "PNG"), ("L", "JPEG"), ("LA", "PNG"), ("P", "PNG"), ("RGB", "PNG"),
        ("RGBA", "PNG"), ("RGBA", "WEBP"), ("CMYK", "JPEG"), ("CMYK", "TIFF"), ("YCbCr", "JPEG"),
        ("P", "GIF"), ("I;16", "PNG"), ("I;16", "TIFF"), ("I", "TIFF"), ("F", "TIFF"),
    ],
)  # fmt: skip
def test_modes(mode: str, kind: str) -> None:
    if mode == "I;16":
        image = Image.fromarray(np.asarray(corner("L")).astype(np.uint16) * 257)
    else:
        image = corner(mode)
    if mode == "I":
        image = Image.fromarray(np.asarray(image).astype(np.int32) * 257)
    shown = pixels(encode(image, kind))
    assert shown[2, 2].min() > 230
    assert shown[12, 24].max() < 25


def test_alpha_is_laid_over_white() -> None:
    image = Image.new("RGBA", (2, 1), (200, 0, 0, 0))
    image.putpixel((1, 0), (200, 0, 0, 128))
    clear, half = pixels(encode(image, "PNG"))[0].tolist()
    assert clear == [255, 255, 255]
    assert half[0] in range(226, 229)
    assert half[1] in range(126, 129)


def test_transparent_palette_and_key() -> None:
    image = Image.new("P", (2, 1), 0)
    image.putpalette([10, 20, 30, 40, 50, 60])
    image.putpixel((1, 0), 1)
    for kind in ("PNG", "GIF"):
        assert pixels(encode(image, kind, transparency=0))[0].tolist() == [[255, 255, 255], [40, 50, 60]]
    grey = Image.fromarray(np.array([[7, 256 * 9]], np.uint16))
    assert pixels(encode(grey, "PNG", transparency=7))[0, :, 0].tolist() == [255, 9]


def test_sixteen_bit_grey_keeps_its_high_byte() -> None:
    values = np.array([[0, 255, 256, 32768, 65535]], np.uint16)
    for kind in ("PNG", "TIFF"):
        assert pixels(encode(Image.fromarray(values), kind))[0, :, 0].tolist() == [0, 0, 1, 128, 255]


def test_big_endian_sixteen_bit_tiff() -> None:
    # 2x1 pixels, 16 bits, written by hand: Pillow only writes the machine's own byte order.
    tags = [(256, 3, 2), (257, 3, 1), (258, 3, 16), (259, 3, 1), (262, 3, 1), (273, 4, 122), (277, 3, 1), (278, 3, 1), (279, 4, 4)]  # fmt: skip # noqa: E501
    body = b"MM\0*" + (8).to_bytes(4, "big") + len(tags).to_bytes(2, "big")
    for tag, kind, value in tags:
        packed = value.to_bytes(2, "big") + b"\0\0" if kind == 3 else value.to_bytes(4, "big")
        body += tag.to_bytes(2, "big") + kind.to_bytes(2, "big") + (1).to_bytes(4, "big") + packed
    body += bytes(4)
    assert len(body) == 122
    data = body + bytes([0x80, 0x01, 0xFF, 0x02])
    assert pixels(data)[0, :, 0].tolist() == [128, 255]


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        (np.array([[0, 256, 65535]], np.int32), [0, 1, 255]),
        (np.array([[-100, 0, 100]], np.int32), [0, 128, 255]),
        (np.array([[0, 100_000, 200_000]], np.int32), [0, 128, 255]),
        (np.array([[0.0, 0.5, 1.0]], np.float32), [0, 128, 255]),
        (np.array([[0.0, 100.0, 200.0]], np.float32), [0, 100, 200]),
        (np.array([[0.0, 257.0, 65535.0]], np.float32), [0, 1, 255]),
        (np.array([[-1.0, 0.0, 1.0]], np.float32), [0, 128, 255]),
        (np.array([[np.nan, np.inf, -np.inf]], np.float32), [0, 0, 0]),
        (np.array([[np.nan, np.inf, 0.5]], np.float32), [0, 255, 128]),
        (np.array([[-3e38, 0.0, 3e38]], np.float32), [0, 128, 255]),
        (np.array([[-5.0, -5.0]], np.float32), [0, 0]),
    ],
)
def test_deep_grey_ranges(values: NDArray[np.int32 | np.float32], shown: list[int]) -> None:
    assert pixels(encode(Image.fromarray(values), "TIFF"))[0, :, 0].tolist() == shown


def test_deep_grey_is_scaled_as_one_however_large_it_is() -> None:
    values = np.arange(1500 * 1500, dtype=np.int32).reshape(1500, 1500) - 1
    shown = pixels(encode(Image.fromarray(values), "TIFF"))[:, :, 0]
    assert np.array_equal(shown, ((values + 1) / (1500 * 1500 - 1) * 255 + 0.5).astype(np.uint8))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize(
    ("orientation", "white_at", "size"),
    [
        (1, (8, 4), (32, 16)),
        (2, (24, 4), (32, 16)),
        (3, (24, 12), (32, 16)),
        (4, (8, 12), (32, 16)),
        (5, (4, 8), (16, 32)),
        (6, (12, 8), (16, 32)),
        (7, (12, 24), (16, 32)),
        (8, (4, 24), (16, 32)),
    ],
)
def test_exif_orientation(
    kind: str, orientation: int, white_at: tuple[int, int], size: tuple[int, int]
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    decoded = decode(encode(corner(), kind, exif=exif), LIMITS)
    assert (decoded.width, decoded.height) == decoded.image.size == size
    shown = np.asarray(decoded.image)
    assert shown[white_at[1], white_at[0]].min() > 230
    assert (shown > 128).mean() == pytest.approx(0.25, abs=0.03)
    assert not decoded.image.info
    assert not decoded.image.getexif()


def test_odd_orientation_is_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 99
    assert decode(encode(corner(), "JPEG", exif=exif), LIMITS).width == 32


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "WEBP", "PNG"])
def test_first_frame_of_many(kind: str) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("white", "black")]
    assert pixels(encode(frames[0], kind, save_all=True, append_images=frames[1:])).min() > 230


def test_phone_photo_with_a_second_image_is_a_jpeg() -> None:
    data = encode(corner(), "MPO", save_all=True, append_images=[corner()])
    assert decode(data, LIMITS).format == "JPEG"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"just some text\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<!doctype html><script>alert(1)</script>",
        b"%PDF-1.7\n",
        b"PK\x03\x04" + bytes(40),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    ],
)
def test_other_content_is_refused(data: bytes) -> None:
    assert code(data) == "not_an_image"


def test_formats_beyond_the_six_are_refused() -> None:
    for kind in ("ICO", "PPM", "TGA", "PCX", "JPEG2000"):
        assert code(encode(corner(), kind)) == "not_an_image"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "TIFF"])
def test_truncated(kind: str) -> None:
    data = encode(Image.effect_noise((64, 64), 80).convert("RGB"), kind)
    assert code(data[: len(data) * 2 // 3]) == "corrupt"
    assert code(data[:12]) == "corrupt"


@pytest.mark.parametrize("side", [1001, 9_000, 11_000, 60_000, 2**31 - 1])
def test_pixels_are_counted_before_they_are_decoded(side: int) -> None:
    assert code(png_claiming(side, side), SMALL) == "too_many_pixels"


def test_limits_are_inclusive() -> None:
    data = encode(Image.new("1", (1000, 1000)), "PNG")
    assert decode(data, SMALL).width == 1000
    assert code(data, Limits(pixels=999_999)) == "too_many_pixels"
    assert code(data, Limits(file_bytes=len(data) - 1)) == "too_large"


def test_sizes_between_pillows_limit_and_ours_do_not_warn() -> None:
    data = encode(Image.new("1", (10_000, 9_500)), "PNG")
    with pytest.raises(BadImage, match="95,000,000 pixels"):
        decode(data, Limits(pixels=94_000_000))
    assert Image.MAX_IMAGE_PIXELS is not None
    assert Image.MAX_IMAGE_PIXELS >= 94_000_000


def test_result_does_not_depend_on_the_bytes() -> None:
    buffer = BytesIO(encode(corner(), "JPEG"))
    image = decode(buffer.getvalue(), LIMITS).image
    assert type(image) is Image.Image


SEEDS = [encode(corner(), kind) for kind in ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")] + [
    encode(corner(), "TIFF", compression="tiff_lzw"),
    encode(corner("RGBA"), "PNG"),
    encode(corner("P"), "GIF", save_all=True, append_images=[corner("P")]),
    encode(corner("CMYK"), "JPEG", exif=Image.Exif()),
]


@settings(max_examples=600, deadline=None, database=None)
@given(
    seed=st.sampled_from(SEEDS),
    edits=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=4)), min_size=1, max_size=6
    ),
    keep=st.floats(0.1, 1),
)
def test_damage_never_raises_anything_but_bad_image(
    seed: bytes, edits: list[tuple[float, bytes]], keep: float
) -> None:
    data = bytearray(seed)
    for place, new in edits:
        at = int(place**2 * len(data))  # most often in the headers
        data[at : at + len(new)] = new
    with suppress(BadImage):
        decoded = decode(bytes(data[: int(keep * len(data))] if keep < 0.9 else data), SMALL)
        assert decoded.image.mode == "RGB"
        assert decoded.width * decoded.height <= SMALL.pixels


def photo(width: int, height: int, orientation: int = 1) -> bytes:
    """A smooth JPEG, as cameras make them."""
    rough = np.random.default_rng(0).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    buffer = BytesIO()
    large = Image.fromarray(rough).resize((width, height), Image.Resampling.BICUBIC)
    large.save(buffer, "JPEG", quality=95, exif=exif)
    return buffer.getvalue()


def test_a_large_photo_is_decoded_smaller_and_tells_its_own_size() -> None:
    decoded = decode(photo(4000, 3000), LIMITS, 64)
    assert (decoded.image.size, decoded.width, decoded.height) == ((2000, 1500), 4000, 3000)


def test_a_photo_on_its_side_is_decoded_smaller_upright() -> None:
    decoded = decode(photo(4000, 3000, orientation=6), LIMITS, 64)
    assert (decoded.image.size, decoded.width, decoded.height) == ((1500, 2000), 3000, 4000)


def test_a_photo_decoded_smaller_gives_nearly_the_same_training_image() -> None:
    data = photo(3300, 2500)
    whole, smaller = (training_pixels(decode(data, LIMITS, size).image, 64) for size in (None, 64))
    assert np.abs(whole.astype(int) - smaller).mean() < 1


@pytest.mark.parametrize(("size", "shown"), [(62, (2000, 125)), (64, (4000, 250)), (256, (8000, 500))])
def test_the_short_side_of_a_long_photo_stays_long_enough_to_train_on(
    size: int, shown: tuple[int, int]
) -> None:
    decoded = decode(photo(8000, 500), LIMITS, size)
    assert decoded.image.size == shown


def test_a_small_photo_and_other_formats_are_decoded_whole() -> None:
    assert decode(photo(1600, 1200), LIMITS, 64).image.size == (1600, 1200)
    assert decode(encode(Image.new("RGB", (4000, 3000)), "PNG"), LIMITS, 64).image.size == (4000, 3000)

import io

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from tests.ml.pictures import digits, noise
from workers.ml.data import InMemory, Rows
from workers.ml.query import near_duplicates
from workers.ml.query.near_duplicates import Askable, askable, perceptual_hashes, same_shot, twins


def scenes(n: int, size: int = 32, seed: int = 0) -> Tensor:
    """Smooth pictures that differ: noise of 6 x 6 pixels, enlarged."""
    rough = noise(n, 6, seed).minibatch(np.arange(n)).float()
    large = torch.nn.functional.interpolate(rough, size=(size, size), mode="bicubic")
    return large.clamp(0, 255).to(torch.uint8)


def saved_again(pixels: Tensor) -> Tensor:
    """The pictures after a JPEG encoder."""
    found = []
    for picture in pixels:
        file = io.BytesIO()
        Image.fromarray(picture.permute(1, 2, 0).numpy()).save(file, "JPEG", quality=90, subsampling=0)
        found.append(torch.from_numpy(np.array(Image.open(file))).permute(2, 0, 1))
    return torch.stack(found)


def shot_twice(n: int = 6) -> InMemory:
    """`n` pictures, and behind them the same saved again."""
    pixels = scenes(n)
    return InMemory(torch.cat([pixels, saved_again(pixels)]))


def test_of_pictures_that_were_saved_again_the_first_is_askable() -> None:
    assert askable(shot_twice()) == Askable([0, 1, 2, 3, 4, 5], alike=6)


def test_pictures_like_a_labelled_one_wait() -> None:
    labelled = InMemory(saved_again(scenes(6)[:2]))
    assert askable(shot_twice(), labelled) == Askable([2, 3, 4, 5], alike=4, known=4)


def test_where_all_are_like_labelled_ones_each_is_asked_once_after_all() -> None:
    assert askable(shot_twice(), InMemory(scenes(6))) == Askable([0, 1, 2, 3, 4, 5], alike=6)


def test_no_candidates_leave_nothing_to_ask() -> None:
    assert askable(noise(0), noise(3)) == Askable([])


def test_a_darker_picture_of_the_same_shot_keeps_its_hash() -> None:
    pixels = scenes(20)
    darker = (pixels.float() * 0.9).round().to(torch.uint8)
    ours, theirs = (perceptual_hashes(InMemory(some)) for some in (pixels, darker))
    assert np.bitwise_count(ours ^ theirs).mean() < 2


def test_hashes_of_different_pictures_lie_far_apart() -> None:
    hashes = perceptual_hashes(InMemory(scenes(40)))
    distances = np.bitwise_count(hashes[:, None] ^ hashes)[np.triu_indices(40, 1)]
    assert distances.min() > near_duplicates.HASH_DISTANCE
    assert 26 < distances.mean() < 36  # of 63 bits, each as likely as not


@pytest.mark.parametrize("size", [8, 16, 32])
def test_digits_of_other_people_are_not_taken_for_copies(size: int) -> None:
    assert askable(InMemory(digits(size)[0])).held_back == 0


def test_plain_pictures_of_other_colours_are_not_alike() -> None:
    colours = torch.tensor([[255, 255, 255], [250, 250, 250], [200, 0, 0], [0, 0, 200]], dtype=torch.uint8)
    plain = InMemory(colours[:, :, None, None].expand(-1, -1, 16, 16))
    assert len(set(perceptual_hashes(plain).tolist())) == 1
    assert askable(plain).rows == [0, 1, 2, 3]


def test_small_things_on_a_white_ground_are_told_apart() -> None:
    pixels = torch.full((3, 3, 32, 32), 255, dtype=torch.uint8)
    for row, place in enumerate((4, 14, 24)):
        pixels[row, :, place : place + 3, place : place + 3] = 0
    assert askable(InMemory(pixels)).rows == [0, 1, 2]
    assert not same_shot(InMemory(pixels), np.array([0, 0]), np.array([1, 2])).any()


def test_every_pair_of_alike_images_is_found() -> None:
    """Against a look at all pairs: hashes of one image with up to 6 bits turned, and pixels all the same."""
    chance = np.random.default_rng(0)
    hashes = np.full(300, 123456789, np.uint64)
    for row in range(300):
        for bit in chance.choice(63, chance.integers(0, 7), replace=False):
            hashes[row] ^= np.uint64(1) << np.uint64(bit)
    alike = InMemory(scenes(1).expand(300, -1, -1, -1))
    first = twins(alike, hashes)
    kept = np.flatnonzero(first == np.arange(300))
    distances = np.bitwise_count(hashes[kept][:, None] ^ hashes[kept])
    assert distances[np.triu_indices(len(kept), 1)].min() > near_duplicates.HASH_DISTANCE
    assert 1 < len(kept) < 300
    assert (first <= np.arange(300)).all()


class Counted(InMemory):
    """Images that count how many of them were read."""

    read = 0

    def minibatch(self, rows: Rows) -> Tensor:
        self.read += len(rows)
        return super().minibatch(rows)


@pytest.mark.parametrize("n", [500, 2000])
def test_copies_of_one_image_cost_no_more_than_their_number(n: int) -> None:
    copies = Counted(scenes(1, 16).expand(n, -1, -1, -1))
    assert askable(copies) == Askable([0], alike=n - 1)
    assert copies.read < 2.1 * n  # once for the hash, once for the pixels


def test_images_that_only_share_a_hash_are_looked_at_a_bounded_number_of_times() -> None:
    n = 300
    images = Counted(scenes(n, 16))
    first = twins(images, np.zeros(n, np.uint64))
    assert (first == np.arange(n)).all()
    assert images.read < 2.1 * near_duplicates._MOST_LOOKS * n

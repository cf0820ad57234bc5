import hashlib
import multiprocessing
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from workers.ml.pixel_cache import PixelCache

SIZE = 4


def sha(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def picture(number: int) -> NDArray[np.uint8]:
    """Pixels that say whose they are, no two alike within a picture."""
    return ((np.arange(SIZE * SIZE * 3) + 7 * number) % 256).astype(np.uint8).reshape(SIZE, SIZE, 3)


def holds(cache: PixelCache, numbers: list[int]) -> bool:
    found = cache.minibatch(cache.rows([sha(number) for number in numbers])).permute(0, 2, 3, 1)
    return found.tolist() == [picture(number).tolist() for number in numbers]


def filled(folder: Path, count: int = 3) -> PixelCache:
    cache = PixelCache.open(folder, SIZE)
    cache.add_many((sha(number), picture(number)) for number in range(count))
    return cache


def test_pixels_come_back_in_the_order_asked_for(tmp_path: Path) -> None:
    filled(tmp_path)
    assert holds(PixelCache.open(tmp_path, SIZE), [2, 0, 2])


def test_minibatches_are_channels_last_images(tmp_path: Path) -> None:
    cache = filled(tmp_path)
    batch = cache.minibatch(np.array([0, 1]))
    assert batch.shape == (2, 3, SIZE, SIZE)
    assert batch.dtype == torch.uint8
    assert batch.is_contiguous(memory_format=torch.channels_last)


def test_writing_to_a_minibatch_leaves_the_cache_alone(tmp_path: Path) -> None:
    cache = filled(tmp_path)
    cache.minibatch(np.array([0])).zero_()
    assert holds(cache, [0])


def test_missing_names_each_absent_image_once(tmp_path: Path) -> None:
    assert filled(tmp_path, 1).missing([sha(2), sha(0), sha(1), sha(2)]) == [sha(2), sha(1)]


def test_rows_of_an_absent_image_name_it(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match=sha(9)):
        filled(tmp_path).rows([sha(0), sha(9)])


@pytest.mark.parametrize("row", [-1, 3])
def test_rows_beyond_the_cache_are_refused(tmp_path: Path, row: int) -> None:
    with pytest.raises(IndexError):
        filled(tmp_path, 3).minibatch(np.array([row]))


def test_an_empty_minibatch_of_an_empty_cache(tmp_path: Path) -> None:
    cache = PixelCache.open(tmp_path, SIZE)
    assert cache.minibatch(np.array([], np.int64)).shape == (0, 3, SIZE, SIZE)


def test_what_is_there_is_not_added_again(tmp_path: Path) -> None:
    cache = filled(tmp_path)
    cache.add(sha(0), picture(5))
    assert len(cache) == 3
    assert holds(cache, [0])


def test_another_reader_sees_what_was_added_since(tmp_path: Path) -> None:
    reader = PixelCache.open(tmp_path, SIZE)
    filled(tmp_path)
    assert reader.missing([sha(1)]) == []
    assert holds(reader, [1])


def test_a_reader_sees_additions_after_it_has_read(tmp_path: Path) -> None:
    reader = filled(tmp_path, 1)
    assert holds(reader, [0])
    filled(tmp_path, 3)
    assert holds(reader, [2, 0])


def test_another_size_is_another_cache(tmp_path: Path) -> None:
    filled(tmp_path)
    assert PixelCache.open(tmp_path, SIZE + 1).missing([sha(0)]) == [sha(0)]


def test_one_bad_item_keeps_all_out(tmp_path: Path) -> None:
    cache = PixelCache.open(tmp_path, SIZE)
    with pytest.raises(ValueError, match="uint8"):
        cache.add_many([(sha(0), picture(0)), (sha(1), picture(1)[:2])])
    assert len(cache) == 0


@pytest.mark.parametrize("name", ["", "abc", "../" + "0" * 61, "A" * 64, "0" * 64 + "\n"])
def test_a_name_that_is_no_hash_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        PixelCache.open(tmp_path, SIZE).add(name, picture(0))


def test_a_torn_last_line_is_ignored_and_repaired(tmp_path: Path) -> None:
    filled(tmp_path, 2)
    index = tmp_path / f"index-{SIZE}.txt"
    index.write_bytes(index.read_bytes()[:-10])
    cache = PixelCache.open(tmp_path, SIZE)
    assert cache.missing([sha(0), sha(1)]) == [sha(1)]
    cache.add_many([(sha(2), picture(2)), (sha(1), picture(1))])
    assert holds(PixelCache.open(tmp_path, SIZE), [0, 1, 2])


def test_torn_pixels_are_ignored_and_repaired(tmp_path: Path) -> None:
    filled(tmp_path, 2)
    pixels = tmp_path / f"pixels-{SIZE}.bin"
    pixels.write_bytes(pixels.read_bytes()[:-1])
    cache = PixelCache.open(tmp_path, SIZE)
    assert cache.missing([sha(0), sha(1)]) == [sha(1)]
    cache.add_many([(sha(2), picture(2)), (sha(1), picture(1))])
    assert holds(PixelCache.open(tmp_path, SIZE), [0, 1, 2])


def test_a_cache_emptied_under_an_open_one_is_noticed(tmp_path: Path) -> None:
    cache = filled(tmp_path)
    for file in tmp_path.iterdir():
        file.write_bytes(b"")
    assert cache.missing([sha(0)]) == [sha(0)]
    cache.add(sha(1), picture(1))
    assert holds(cache, [1])


def _add_slowly(folder: Path, numbers: range) -> None:
    cache = PixelCache.open(folder, SIZE)
    for start in range(0, len(numbers), 5):
        cache.add_many((sha(number), picture(number)) for number in numbers[start : start + 5])


def test_two_processes_add_at_once(tmp_path: Path) -> None:
    # Spawned: forking a process that runs torch's threads may hang.
    spawn = multiprocessing.get_context("spawn")
    halves = [range(120), range(60, 180)]
    writers = [spawn.Process(target=_add_slowly, args=(tmp_path, half)) for half in halves]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    cache = PixelCache.open(tmp_path, SIZE)
    assert len(cache) == 180
    assert holds(cache, list(range(180)))


def test_a_view_counts_its_own_rows(tmp_path: Path) -> None:
    view = filled(tmp_path).view([sha(2), sha(0)])
    assert len(view) == 2
    assert view.minibatch(np.array([0])).permute(0, 2, 3, 1)[0].tolist() == picture(2).tolist()


def test_the_fingerprint_of_a_view_depends_on_its_order(tmp_path: Path) -> None:
    cache = filled(tmp_path)
    first = cache.view([sha(0), sha(1)]).fingerprint()
    assert first == cache.view([sha(0), sha(1)]).fingerprint()
    assert first != cache.view([sha(1), sha(0)]).fingerprint()


def test_rows_that_follow_each_other_and_rows_that_do_not(tmp_path: Path) -> None:
    cache = filled(tmp_path, 9)
    assert holds(cache, [2, 3, 4, 8, 7, 0, 1, 1, 5])


def test_pixels_cut_off_after_they_were_counted_are_an_error(tmp_path: Path) -> None:
    cache = filled(tmp_path, 3)
    pixels = tmp_path / f"pixels-{SIZE}.bin"
    pixels.write_bytes(pixels.read_bytes()[:-1])
    with pytest.raises(OSError, match="within row 2"):
        cache.minibatch(np.array([1, 2]))

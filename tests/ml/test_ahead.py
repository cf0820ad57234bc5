import threading

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.ml.pictures import noise
from workers.ml.ahead import in_order, minibatches_ahead
from workers.ml.data import Rows

PARTS = [np.array([3, 1]), np.array([0]), np.array([2, 2, 4])]


class Watched:
    """Images that write down which rows are read, and fail at row 9."""

    def __init__(self) -> None:
        self.read: list[list[int]] = []
        self.threads: set[str] = set()

    def __len__(self) -> int:
        return 10

    def minibatch(self, rows: Rows) -> Tensor:
        if 9 in rows:
            raise OSError("row 9 cannot be read")
        self.read.append(rows.tolist())
        self.threads.add(threading.current_thread().name)
        return noise(10).minibatch(rows)

    def fingerprint(self) -> str:
        return "watched"


def test_every_part_comes_in_order_with_its_pixels() -> None:
    data = noise(10)
    found = list(minibatches_ahead(data, PARTS))
    assert [rows.tolist() for rows, _ in found] == [rows.tolist() for rows in PARTS]
    assert all(torch.equal(pixels, data.minibatch(rows)) for rows, pixels in found)


def test_no_parts_give_nothing() -> None:
    assert list(minibatches_ahead(noise(1), [])) == []


def test_one_minibatch_is_read_ahead_and_no_more() -> None:
    data = Watched()
    reading = minibatches_ahead(data, PARTS)
    next(reading)
    reading.close()
    assert data.read == [[3, 1], [0]]
    assert data.threads == {"minibatches_0"}


def test_what_reading_raises_is_raised_in_its_turn() -> None:
    reading = minibatches_ahead(Watched(), [np.array([1]), np.array([9]), np.array([2])])
    assert next(reading)[0].tolist() == [1]
    with pytest.raises(OSError, match="row 9"):
        next(reading)


def test_rows_are_cut_in_order() -> None:
    assert [part.tolist() for part in in_order(np.arange(5), 2)] == [[0, 1], [2, 3], [4]]
    assert list(in_order(np.arange(0), 2)) == []

"""Files that are read over a network."""

import threading

import pytest

from workers.images.fetching import in_order


def test_what_waits_waits_together_and_comes_in_order() -> None:
    everybody = threading.Barrier(16, timeout=30)

    def fetch(number: int) -> int:
        everybody.wait()  # nobody goes on before sixteen are under way
        return number

    assert list(in_order(range(32), fetch, lambda _: 1)) == list(range(32))


def test_large_files_are_not_in_memory_together() -> None:
    before: list[int] = []
    taken: list[int] = []

    def fetch(number: int) -> int:
        before.append(len(taken))
        return number

    for number in in_order(range(5), fetch, lambda _: 2**30):
        taken.append(number)  # noqa: PERF402  # what matters is when
    assert before == [0, 1, 2, 3, 4]  # each is read when the one before was taken


def test_an_error_comes_in_its_turn() -> None:
    def fetch(number: int) -> int:
        if number == 2:
            raise KeyError(number)
        return number

    found = in_order(range(4), fetch, lambda _: 1)
    assert (next(found), next(found)) == (0, 1)
    with pytest.raises(KeyError):
        next(found)

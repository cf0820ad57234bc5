"""The file of what a task model took held-out images for."""

import pytest

from app.storage.predictions import Predictions

A, B, C = "aa" * 32, "bb" * 32, "cc" * 32


def test_a_file_gives_back_what_was_kept() -> None:
    kept = Predictions.of([A, B], [0, 1], [1, 1], [0.5, 0.75])
    read = Predictions.from_bytes(kept.as_bytes())
    assert read.shas == [A, B]
    assert (read.true.tolist(), read.predicted.tolist()) == ([0, 1], [1, 1])
    assert read.confidence.tolist() == [0.5, 0.75]


def test_no_image_is_a_file_too() -> None:
    assert Predictions.from_bytes(Predictions.of([], [], [], []).as_bytes()).shas == []


def test_rows_of_a_cell_come_surest_first_and_equal_ones_by_content() -> None:
    kept = Predictions.of([C, A, B], [0, 0, 0], [1, 1, 1], [0.5, 0.5, 0.75])
    assert [kept.shas[row] for row in kept.rows(0, 1)] == [B, A, C]


@pytest.mark.parametrize(("cell", "rows"), [((0, None), [0, 1]), ((None, 1), [1, 2]), ((1, 0), [])])
def test_a_side_that_is_not_named_takes_all(cell: tuple[int | None, int | None], rows: list[int]) -> None:
    kept = Predictions.of([A, B, C], [0, 0, 1], [0, 1, 1], [0.9, 0.8, 0.7])
    assert kept.rows(*cell) == rows


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="differ in length"):
        Predictions.of([A], [0, 1], [0], [0.5])


def test_another_file_is_refused() -> None:
    with pytest.raises(ValueError, match="no file of predictions"):
        Predictions.from_bytes(b"something else")

import torch
from hypothesis import given
from hypothesis import strategies as st

from workers.ml.query.distances import blocks, nearest_squared, squared_to, unit


@given(rows=st.integers(0, 50_000), width=st.integers(0, 2**21))
def test_blocks_cover_every_row_once(rows: int, width: int) -> None:
    parts = list(blocks(rows, width))
    assert [part.start for part in parts] == [0, *(part.stop for part in parts[:-1])] or not rows
    assert sum(part.stop - part.start for part in parts) == rows


def test_blocks_of_wide_rows_are_small() -> None:
    assert next(blocks(50_000, 50_000)) == slice(0, 20)


def test_unit_vectors_have_length_one_even_those_without_direction() -> None:
    points = unit(torch.tensor([[3.0, 4.0], [0.0, 0.0]]))
    torch.testing.assert_close(points, torch.tensor([[0.6, 0.8], [0.5**0.5, 0.5**0.5]]))


def test_squared_distances_to_one_row() -> None:
    points = torch.tensor([[0.0, 0.0], [3.0, 4.0], [0.0, 1.0]])
    assert squared_to(points, points.square().sum(dim=1), 0).tolist() == [0.0, 25.0, 1.0]


@given(n=st.integers(0, 30), others=st.integers(1, 2000), seed=st.integers(0, 2**31))
def test_the_nearest_is_the_least_of_all_distances(n: int, others: int, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    a, b = torch.randn(n, 3, generator=generator), torch.randn(others, 3, generator=generator)
    expected = torch.cdist(a, b).amin(dim=1).square()
    torch.testing.assert_close(nearest_squared(a, b), expected, atol=1e-4, rtol=1e-4)


def test_nothing_is_near_if_there_is_nothing() -> None:
    assert nearest_squared(torch.ones(2, 3), torch.empty(0, 3)).tolist() == [torch.inf, torch.inf]

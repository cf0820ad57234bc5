"""Pixels that are ready when they are wanted."""

from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from torch import Tensor

from workers.ml.data import ImageData, Rows


def minibatches_ahead(data: ImageData, parts: Iterable[Rows]) -> Generator[tuple[Rows, Tensor], None, None]:
    """Each of `parts`, in order, with its pixels as `data.minibatch` gives them.

    One minibatch is read ahead, on a thread, while the caller works on the one before; until the last is
    there, `data` belongs to that thread. What reading raises is raised here, in its turn. Closing the
    iterator waits for the read under way.
    """
    with ThreadPoolExecutor(1, "minibatches") as reader:
        coming: tuple[Rows, Future[Tensor]] | None = None
        for rows in parts:
            following = rows, reader.submit(data.minibatch, rows)
            if coming:
                yield coming[0], coming[1].result()
            coming = following
        if coming:
            yield coming[0], coming[1].result()


def in_order(rows: Rows, minibatch: int) -> Iterator[Rows]:
    """`rows` cut into pieces of `minibatch`, the last one shorter."""
    for start in range(0, len(rows), minibatch):
        yield rows[start : start + minibatch]

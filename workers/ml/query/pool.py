"""Which images a cycle may choose from (PT4AL, section 3.3; the live service's rules are DESIGN.md's)."""

from collections.abc import Sequence


def open_rows(pool_batches: Sequence[int], wanted: int) -> tuple[list[int], int | None]:
    """Rows of the unlabelled images that cycle `wanted` (from 1) may choose from, and their pool batch.

    `pool_batches` are those of the unlabelled images, by row. If the wanted pool batch is used up, the next
    one that is not; behind the last, all rows, and None for the pool batch.
    """
    later = [batch for batch in pool_batches if batch >= wanted]
    if not later:
        return list(range(len(pool_batches))), None
    batch = min(later)
    return [row for row, other in enumerate(pool_batches) if other == batch], batch

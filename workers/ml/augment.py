"""Random crops and flips of a whole minibatch in one gather."""

import torch
from torch import Tensor


def augment(
    x: Tensor, generator: torch.Generator, *, crop: bool, flip: bool, share: tuple[int, int] | None = None
) -> Tensor:
    """Crop each image at a random place of its reflection-padded self, and mirror half of them.

    `x` is (N, C, H, W) of any type on any device; the answer has its shape and type, channels_last. The
    padding is 4 px per 32 (He et al. 2016, section 4.2). `flip` must be off where left and right mean
    something, as in digits. `generator` lives on the CPU, so that one seed gives the same crops everywhere.
    If `x` is a share of a minibatch of m, those from image i on, `share` is (i, m), and each image is changed
    as it is in the whole.
    """
    if not (crop or flip):
        return x
    n, _, height, width = x.shape
    first, whole = share or (0, n)
    rows = _offsets(whole, height, generator, crop=crop)
    columns = _offsets(whole, width, generator, crop=crop)
    if flip:
        mirrored = torch.rand(whole, generator=generator) < 0.5
        columns = torch.where(mirrored[:, None], columns.flip(1), columns)
    rows, columns = rows[first : first + n], columns[first : first + n]
    starts = torch.arange(n)[:, None, None] * (height * width)
    pixels = (starts + (rows * width)[:, :, None] + columns[:, None, :]).flatten().to(x.device)
    flat = x.permute(0, 2, 3, 1).reshape(n * height * width, -1)
    return flat.index_select(0, pixels).view(n, height, width, -1).permute(0, 3, 1, 2)


def _offsets(n: int, length: int, generator: torch.Generator, *, crop: bool) -> Tensor:
    """For each of `n` images, which of its `length` rows (or columns) go where: (n, length), reflected."""
    positions = torch.arange(length)
    padding = min(length // 8, length - 1)
    if not crop or padding == 0:
        return positions.expand(n, length)
    shift = torch.randint(-padding, padding + 1, (n, 1), generator=generator)
    last = length - 1
    return last - (last - (positions + shift).abs()).abs()

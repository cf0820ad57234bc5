"""What training and scoring ask of a set of images."""

import hashlib
from collections.abc import Callable
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Rows = NDArray[np.int64]

# Called with the part done, 0..1, and a short text for people. It may raise, to stop the work.
Progress = Callable[[float, str], None]


def no_progress(_part: float, _message: str) -> None:
    """A Progress that tells nobody."""


class ImageData(Protocol):
    """A fixed, ordered set of square RGB images of one size."""

    def __len__(self) -> int:
        """How many images."""
        ...

    def minibatch(self, rows: Rows) -> Tensor:
        """The uint8 pixels (N, 3, size, size) of `rows`, channels_last, as a tensor of the caller's own."""
        ...

    def fingerprint(self) -> str:
        """A text that differs if the images or their order differ."""
        ...


class InMemory:
    """Images held as one uint8 tensor (N, 3, size, size): for tests and notebooks."""

    def __init__(self, pixels: Tensor) -> None:
        if pixels.dtype != torch.uint8 or pixels.ndim != 4 or pixels.shape[1] != 3:
            raise ValueError(f"Pixels must be uint8 (N, 3, H, W), not {pixels.dtype} {tuple(pixels.shape)}.")
        self._pixels = pixels.contiguous(memory_format=torch.channels_last)

    def __len__(self) -> int:
        return len(self._pixels)

    def minibatch(self, rows: Rows) -> Tensor:
        """The uint8 pixels (N, 3, size, size) of `rows`, channels_last."""
        return self._pixels[torch.from_numpy(rows)].contiguous(memory_format=torch.channels_last)

    def fingerprint(self) -> str:
        """The hash of all pixels."""
        return hashlib.sha256(self._pixels.permute(0, 2, 3, 1).numpy().tobytes()).hexdigest()

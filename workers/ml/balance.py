"""Ways to let rare classes count as much as frequent ones in training."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from workers.ml.data import Rows

BALANCES = ("none", "loss", "sampling")

# The paper's choice for data sets of about this project's size; the most a weight can differ by is 1,000.
_BETA = 0.999


def image_weights(labels: Sequence[int]) -> Tensor:
    """How much the loss of each image counts: (N,) float32, mean 1, the same within a class.

    The inverse of the class's effective number of samples, (1 - b^n) / (1 - b) with b = 0.999 (Cui et al.
    2019, "Class-Balanced Loss", section 3). With few labels that is the inverse frequency; with thousands it
    levels off, since more images of a frequent class repeat what is known of it, and a class of three is not
    weighted ten thousandfold. The paper scales weights to the number of classes; a mean of 1 over images
    keeps the size of the steps, and so the learning rate, what they are without weights.
    """
    classes = np.asarray(labels, np.int64)
    counts = np.bincount(classes)
    effective = (1 - _BETA**counts) / (1 - _BETA)
    weights = 1 / effective[classes]
    return torch.from_numpy(weights / weights.mean()).float()


class BalancedOrder:
    """Epochs of as many images as there are `labels` (N,); all classes that occur come equally often.

    They come in rounds of one image a class, in random order, so that minibatches are balanced, too. A
    class's images come in random order, and all of them before any comes again; of a frequent class an epoch
    holds only a part, another one each time.
    """

    def __init__(self, labels: Sequence[int]) -> None:
        classes = np.asarray(labels, np.int64)
        self._images = len(classes)
        self._rows_of = [np.flatnonzero(classes == one) for one in np.unique(classes)]

    def __call__(self, generator: torch.Generator) -> Rows:
        """Return the rows of one epoch, as `fit` asks for them."""
        rounds = -(-self._images // len(self._rows_of))
        dealt = np.stack([_dealt(rows, rounds, generator) for rows in self._rows_of], axis=1)
        places = torch.rand(dealt.shape, generator=generator).argsort(dim=1).numpy()
        return np.take_along_axis(dealt, places, axis=1).ravel()[: self._images]


def _dealt(rows: Rows, wanted: int, generator: torch.Generator) -> Rows:
    """`wanted` of `rows`, in random order, over and over."""
    times = -(-wanted // len(rows))
    places = torch.rand(times, len(rows), generator=generator).argsort(dim=1).flatten()
    dealt: Rows = rows[places[:wanted].numpy()]
    return dealt

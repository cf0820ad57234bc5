"""Default budgets of training."""

import math

import torch

from workers.ml.trainer import Recipe


def pretext_recipe(
    n_images: int, device: torch.device, epochs: int | None = None, seed: int = 0, *, flip: bool = True
) -> Recipe:
    """How to train a pretext task on `n_images`; each counts four times for `rotation`.

    On the CPU about five minutes at most for `small_cnn` at 32 px on two cores, whatever `n_images`.
    """
    if device.type == "cpu":
        default = _between(200_000 / max(1, n_images), 2, 40)
        return Recipe(epochs or default, minibatch=64, learning_rate=0.1, seed=seed, flip=flip)
    default = _between(1_500_000 / max(1, n_images), 15, 100)
    return Recipe(epochs or default, minibatch=128, learning_rate=0.1, seed=seed, flip=flip)


def task_recipe(
    n_labels: int, device: torch.device, epochs: int | None = None, seed: int = 0, *, flip: bool = True
) -> Recipe:
    """How to train a classifier on `n_labels` images.

    The number of steps matters more than the number of epochs while there are few labels, so that few
    labels mean many epochs.
    """
    minibatch = 64 if n_labels >= 256 else 32
    if device.type == "cpu":
        default = _between(75_000 / max(1, n_labels), 15, 250)
    else:
        default = _between(600_000 / max(1, n_labels), 60, 400)
        minibatch = 128 if n_labels >= 2000 else minibatch
    return Recipe(epochs or default, minibatch=minibatch, learning_rate=0.1, seed=seed, flip=flip)


def _between(value: float, low: int, high: int) -> int:
    return min(high, max(low, math.ceil(value)))

"""Default budgets of training."""

import math

import torch

from workers.ml.trainer import Recipe

_IMAGES_ON_GPU = 1_500_000


def pretext_recipe(
    n_images: int,
    device: torch.device,
    epochs: int | None = None,
    seed: int = 0,
    *,
    images_on_cpu: int,
    rate: float,
    minibatch: int = 64,
    crop: bool = True,
    flip: bool = True,
) -> Recipe:
    """How to train a pretext task on `n_images`, as long as the machine allows.

    On the CPU at most 40 epochs and, unless `epochs` is given, at most `images_on_cpu` images in all: what
    `small_cnn` at 32 px works through in about five minutes on two cores. Of a pool larger than that, only
    so many are seen. On a GPU 15 to 100 epochs, in minibatches twice as large.
    """
    if device.type == "cpu":
        default = _between(images_on_cpu / max(1, n_images), 1, 40)
        steps = None if epochs else math.ceil(images_on_cpu / minibatch)
    else:
        default = _between(_IMAGES_ON_GPU / max(1, n_images), 15, 100)
        steps, minibatch = None, 2 * minibatch
    return Recipe(
        epochs or default,
        minibatch=minibatch,
        learning_rate=rate,
        seed=seed,
        crop=crop,
        flip=flip,
        max_steps=steps,
    )


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

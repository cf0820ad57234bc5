"""Minibatch training that is repeatable from its seed and resumes exactly where it was killed."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from workers.ml import checkpoints
from workers.ml.ahead import minibatches_ahead
from workers.ml.augment import augment
from workers.ml.data import ImageData, Progress, Rows, no_progress
from workers.ml.device import normalise, place
from workers.ml.seeds import derived_seed


@dataclass(frozen=True)
class Step:
    """What a loss may want to know of one step of a training, besides the images.

    `rows` (N,) are those of the images in the data, on the training's device; what is random comes from
    `generator`, which lives on the CPU; `part` (0..1, below 1) of the training was done before this step.
    """

    rows: Tensor
    generator: torch.Generator
    part: float


# (model, normalised images (N, 3, H, W), step) -> scalar loss
LossFn = Callable[[nn.Module, Tensor, Step], Tensor]

_WARM_UP = 0.05
_SECONDS_BETWEEN_REPORTS = 1.0


@dataclass(frozen=True)
class Recipe:
    """How long and how to train. `max_steps`, if given, ends the training early and its schedule with it.

    `drops` are the parts of the training (0..1) after which the learning rate is divided by ten; without
    them it follows a cosine. Raises ValueError for values that cannot work; `minibatch` must be at least 4,
    so that no minibatch is left with a single image, which batch normalisation cannot take.
    """

    epochs: int
    minibatch: int = 128
    learning_rate: float = 0.1
    momentum: float = 0.9
    weight_decay: float = 5e-4
    drops: tuple[float, ...] | None = None
    seed: int = 0
    crop: bool = True
    flip: bool = True
    max_steps: int | None = None

    def __post_init__(self) -> None:
        if self.epochs < 1 or self.minibatch < 4 or self.learning_rate <= 0:
            raise ValueError("A recipe needs epochs >= 1, minibatch >= 4 and a learning rate above 0.")
        if self.max_steps is not None and self.max_steps < 1:
            raise ValueError("max_steps must be at least 1.")
        if not all(0 < drop < 1 for drop in self.drops or ()):
            raise ValueError("drops must lie between 0 and 1.")

    def rate(self, step: int, steps: int) -> float:
        """The learning rate of `step` (from 0) out of `steps`.

        The cosine falls to 0 after a linear warm-up over the first 5 %; `drops` come without warm-up.
        """
        if self.drops is not None:
            return self.learning_rate * 0.1 ** sum(step / steps >= drop for drop in self.drops)
        warm = math.ceil(steps * _WARM_UP)
        if step < warm:
            return self.learning_rate * (step + 1) / warm
        return self.learning_rate * 0.5 * (1 + math.cos(math.pi * (step - warm) / (steps - warm)))


@dataclass(frozen=True)
class FitResult:
    """`history` is the mean training loss of each epoch; `images_per_second` counts this process's part."""

    history: list[float]
    images_per_second: float
    steps: int


def fit(
    model: nn.Module,
    data: ImageData,
    loss_fn: LossFn,
    recipe: Recipe,
    device: torch.device,
    *,
    checkpoint: Path | None = None,
    progress: Progress = no_progress,
    identity: str = "",
) -> FitResult:
    """Train `model` in place by SGD with Nesterov momentum, and leave it on `device` in training mode.

    After each epoch the state goes to `checkpoint`. A later call with the same model, data, recipe and
    `identity` (say here what the loss depends on: task, labels) goes on from there, and ends with the very
    weights an undisturbed run gives on the same kind of machine. A checkpoint of another run, or a broken
    one, is ignored and overwritten. `progress` hears of it after each epoch's checkpoint is written and
    about once a second in between; what it raises ends the training.

    Raises ValueError if there are no images, FloatingPointError if the loss stops being finite.
    """
    if len(data) == 0:
        raise ValueError("There are no images to train on.")
    fingerprint = checkpoints.fingerprint(model, data, recipe, identity)
    place(model, device)
    optimizer = torch.optim.SGD(
        model.parameters(),
        lr=recipe.learning_rate,
        momentum=recipe.momentum,
        weight_decay=recipe.weight_decay,
        nesterov=recipe.momentum > 0,
    )
    history = checkpoints.resume(checkpoint, fingerprint, model, optimizer)
    run = _Run(
        model=model,
        data=data,
        loss_fn=loss_fn,
        recipe=recipe,
        device=device,
        optimizer=optimizer,
        progress=progress,
    )
    if history:
        progress(min(1.0, len(history) / recipe.epochs), f"resumed after epoch {len(history)}")
    # Losses and layers may draw from torch's global generator; each epoch seeds it, and others keep theirs.
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        while not run.over(len(history)):
            history.append(run.epoch(len(history)))
            if checkpoint:
                checkpoints.save(checkpoint, fingerprint, model, optimizer, history)
            part = run.part(len(history), 0)
            progress(part, f"epoch {len(history)} of {recipe.epochs}, loss {history[-1]:.4f}")
    return FitResult(history, run.images / max(run.seconds, 1e-9), run.steps_done(len(history)))


class _Run:
    """One call of `fit`: what stays the same from epoch to epoch."""

    def __init__(
        self,
        *,
        model: nn.Module,
        data: ImageData,
        loss_fn: LossFn,
        recipe: Recipe,
        device: torch.device,
        optimizer: torch.optim.Optimizer,
        progress: Progress,
    ) -> None:
        self.model = model
        self.data = data
        self.loss_fn = loss_fn
        self.recipe = recipe
        self.device = device
        self.optimizer = optimizer
        self.progress = progress
        self.per_epoch = math.ceil(len(data) / recipe.minibatch)
        planned = self.per_epoch * recipe.epochs
        self.steps = min(planned, recipe.max_steps or planned)
        self.images = 0
        self.seconds = 0.0

    def over(self, epochs_done: int) -> bool:
        return epochs_done * self.per_epoch >= self.steps

    def steps_done(self, epochs_done: int) -> int:
        return min(self.steps, epochs_done * self.per_epoch)

    def part(self, epochs_done: int, steps_beyond: int) -> float:
        return min(1.0, (epochs_done * self.per_epoch + steps_beyond) / self.steps)

    def epoch(self, number: int) -> float:
        """Train epoch `number` (from 0), and give its mean loss."""
        seed = derived_seed(self.recipe.seed, "epoch", number)
        torch.manual_seed(seed)
        generator = torch.Generator().manual_seed(seed)
        self.model.train()
        begun = reported = time.monotonic()
        total = torch.zeros((), device=self.device)
        seen = 0
        first = number * self.per_epoch
        parts = _minibatches(len(self.data), self.per_epoch, generator)[: self.steps - first]
        for beyond, (rows, pixels) in enumerate(minibatches_ahead(self.data, parts)):
            loss = self._step(rows, pixels, first + beyond, generator)
            total += loss * len(rows)
            seen += len(rows)
            if time.monotonic() - reported > _SECONDS_BETWEEN_REPORTS:
                reported = time.monotonic()
                self.progress(self.part(number, beyond + 1), f"epoch {number + 1} of {self.recipe.epochs}")
        mean = float(total) / seen
        self.seconds += time.monotonic() - begun
        self.images += seen
        if not math.isfinite(mean):
            raise FloatingPointError(f"The training loss is {mean} in epoch {number + 1}.")
        return mean

    def _step(self, rows: Rows, pixels: Tensor, step: int, generator: torch.Generator) -> Tensor:
        pixels = pixels.to(self.device, non_blocking=True)
        pixels = augment(pixels, generator, crop=self.recipe.crop, flip=self.recipe.flip)
        x = normalise(pixels, self.device)
        for group in self.optimizer.param_groups:
            group["lr"] = self.recipe.rate(step, self.steps)
        self.optimizer.zero_grad(set_to_none=True)
        here = Step(torch.from_numpy(rows).to(self.device), generator, step / self.steps)
        loss = self.loss_fn(self.model, x, here)
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        return loss.detach()


def _minibatches(n: int, parts: int, generator: torch.Generator) -> list[Rows]:
    """All rows in a random order, in `parts` of almost equal size; a lone image comes twice.

    Equal parts leave no small rest, whose batch statistics would be poor, and none of a single image.
    """
    order = torch.randperm(n, generator=generator).numpy()
    if n == 1:
        order = np.repeat(order, 2)
    return np.array_split(order, parts)

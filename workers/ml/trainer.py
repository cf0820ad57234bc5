"""Minibatch training that is repeatable from its seed and resumes exactly where it was killed."""

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from workers.ml import checkpoints
from workers.ml.ahead import minibatches_ahead
from workers.ml.augment import augment
from workers.ml.data import ImageData, Progress, Rows, no_progress
from workers.ml.device import normalise
from workers.ml.engine import Engine, engine_of, prepare
from workers.ml.numerics import PLAIN, Numerics
from workers.ml.said import Said
from workers.ml.seeds import derived_seed

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Step:
    """What a loss may want to know of one step of a training, besides the images.

    `rows` (N,) are those of the images in the data, on the training's device; what is random comes from
    `generator`, which lives on the CPU; `part` (0..1, below 1) of the training was done before this step.
    """

    rows: Tensor
    generator: torch.Generator
    part: float


# (model, normalised images (N, 3, H, W), step) -> scalar loss, the mean over the images. The model answers in
# float32, whatever its precision, if it is called by `forward`. For several devices it must be picklable.
LossFn = Callable[[nn.Module, Tensor, Step], Tensor]
# (the epoch's generator) -> the rows of one epoch, as many as there are images, in their order. For several
# devices it must be picklable.
Order = Callable[[torch.Generator], Rows]

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

    def steps(self, n_images: int) -> int:
        """How many steps the training takes on `n_images`."""
        planned = math.ceil(n_images / self.minibatch) * self.epochs
        return min(planned, self.max_steps or planned)

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
    """`history` is the mean training loss of each epoch; `images_per_second` counts what was done just now.

    `numerics` are those that were used: few images use fewer devices than they were given.
    """

    history: list[float]
    images_per_second: float
    steps: int
    numerics: Numerics


@dataclass(frozen=True)
class Training:
    """What `fit` was asked to do."""

    model: nn.Module
    data: ImageData
    loss_fn: LossFn
    recipe: Recipe
    device: torch.device
    order: Order | None
    numerics: Numerics
    checkpoint: Path | None
    identity: str


def fit(
    model: nn.Module,
    data: ImageData,
    loss_fn: LossFn,
    recipe: Recipe,
    device: torch.device,
    *,
    order: Order | None = None,
    checkpoint: Path | None = None,
    progress: Progress = no_progress,
    identity: str = "",
    numerics: Numerics = PLAIN,
) -> FitResult:
    """Train `model` in place by SGD with Nesterov momentum, and leave it on `device` in training mode.

    An epoch goes through all images in a random order, or through those that `order` says. After each epoch
    the state goes to `checkpoint`. A later call with the same model, data, recipe, numerics and `identity`
    (say here what loss and order depend on: task, labels) goes on from there, and ends with the very weights
    an undisturbed run gives on the same kind of machine. A checkpoint of another run, or a broken one, is
    ignored and overwritten. `progress` hears of it after each epoch's checkpoint is written and about once a
    second in between; what it raises ends the training.

    On several devices minibatches are those of one, each shared out, and so are crops, learning rates and
    batch statistics: the weights differ by rounding only. What a loss draws (jigsaw, simsiam), dropout, and
    the pairs of a loss head are drawn for each share, and then the weights are others, though as good. So
    many devices are used as give each two images of every minibatch.

    Raises ValueError if there are no images, FloatingPointError if the loss stops being finite, RankDied if
    a process of several was killed.
    """
    if len(data) == 0:
        raise ValueError("There are no images to train on.")
    numerics = replace(numerics, devices=_useful_devices(len(data), recipe, numerics.devices))
    training = Training(model, data, loss_fn, recipe, device, order, numerics, checkpoint, identity)
    if numerics.devices == 1:
        return train(training, _single, progress)
    # Not before this module is complete: ranks call `train`.
    from workers.ml.ranks import train_on_ranks  # noqa: PLC0415

    return train_on_ranks(training, progress)


def _single(training: Training, optimizer: torch.optim.Optimizer) -> Engine:
    return engine_of(training.model, optimizer, training.device, training.numerics)


def _useful_devices(n: int, recipe: Recipe, devices: int) -> int:
    smallest = n // math.ceil(n / recipe.minibatch)
    return max(1, min(devices, smallest // 2))


def train(
    training: Training,
    engine_for: Callable[[Training, torch.optim.Optimizer], Engine],
    progress: Progress,
) -> FitResult:
    """Do this process's part of `training`, as `fit` says; every rank calls it, and rank 0 alone writes."""
    model, recipe, checkpoint = training.model, training.recipe, training.checkpoint
    fingerprint = checkpoints.fingerprint(model, training.data, recipe, training.identity, training.numerics)
    hooks = prepare(model, training.device, training.numerics)
    optimizer = torch.optim.SGD(
        model.parameters(),
        lr=recipe.learning_rate,
        momentum=recipe.momentum,
        weight_decay=recipe.weight_decay,
        nesterov=recipe.momentum > 0,
    )
    engine = engine_for(training, optimizer)
    history = checkpoints.resume(checkpoint, fingerprint, engine)
    run = _Run(training, engine, progress)
    if history:
        told = Said("resumed", "resumed after epoch {epoch}", epoch=len(history))
        progress(min(1.0, len(history) / recipe.epochs), told)
        if engine.rank == 0:
            log.info("the checkpoint is read: on from epoch %d", len(history) + 1)
    cuda = training.device.type == "cuda"
    try:
        # Losses and layers may draw from torch's global generator; each epoch seeds it, others keep theirs.
        with torch.random.fork_rng(devices=[training.device] if cuda else []):
            while not run.over(len(history)):
                history.append(run.epoch(len(history)))
                if engine.rank == 0:
                    log.info("epoch %d of %d: %s", len(history), recipe.epochs, run.told(history[-1]))
                if checkpoint and engine.rank == 0:
                    checkpoints.save(checkpoint, fingerprint, engine, history)
                part = run.part(len(history), 0)
                told = Said(
                    "epoch_loss",
                    "epoch {epoch} of {epochs}, loss {loss}",
                    epoch=len(history),
                    epochs=recipe.epochs,
                    loss=f"{history[-1]:.4f}",
                )
                progress(part, told)
    finally:
        for hook in hooks:
            hook.remove()
    return FitResult(
        history, run.images / max(run.seconds, 1e-9), run.steps_done(len(history)), training.numerics
    )


class _Run:
    """One call of `train`: what stays the same from epoch to epoch."""

    def __init__(self, training: Training, engine: Engine, progress: Progress) -> None:
        self.model = training.model
        self.data = training.data
        self.loss_fn = training.loss_fn
        self.recipe = training.recipe
        self.device = training.device
        self.order = training.order
        self.engine = engine
        self.optimizer = engine.optimizer
        self.progress = progress
        self.per_epoch = math.ceil(len(self.data) / self.recipe.minibatch)
        self.steps = self.recipe.steps(len(self.data))
        self.images = 0
        self.seconds = 0.0

    def over(self, epochs_done: int) -> bool:
        return epochs_done * self.per_epoch >= self.steps

    def steps_done(self, epochs_done: int) -> int:
        return min(self.steps, epochs_done * self.per_epoch)

    def told(self, loss: float) -> str:
        """What a log says of the last epoch."""
        speed = self.images / max(self.seconds, 1e-9)
        rate = self.optimizer.param_groups[0]["lr"]
        return f"loss {loss:.4f}, {speed:.0f} images a second, learning rate {rate:.2g}"

    def part(self, epochs_done: int, steps_beyond: int) -> float:
        return min(1.0, (epochs_done * self.per_epoch + steps_beyond) / self.steps)

    def epoch(self, number: int) -> float:
        """Train epoch `number` (from 0), and give its mean loss over all ranks."""
        seed = derived_seed(self.recipe.seed, "epoch", number)
        torch.manual_seed(self._own(seed))
        generator = torch.Generator().manual_seed(seed)
        self.model.train()
        begun = reported = time.monotonic()
        total = torch.zeros((), device=self.device)
        seen = 0
        first = number * self.per_epoch
        parts = _minibatches(self._rows(generator), self.per_epoch)[: self.steps - first]
        shares = [_Share.of(len(part), self.engine.rank, self.engine.ranks) for part in parts]
        mine = [part[share.first : share.end] for part, share in zip(parts, shares, strict=True)]
        for beyond, (rows, pixels) in enumerate(minibatches_ahead(self.data, mine)):
            loss = self._step(rows, pixels, first + beyond, shares[beyond], generator)
            total += loss * len(rows)
            seen += len(parts[beyond])
            if time.monotonic() - reported > _SECONDS_BETWEEN_REPORTS:
                reported = time.monotonic()
                epochs = self.recipe.epochs
                told = Said("epoch", "epoch {epoch} of {epochs}", epoch=number + 1, epochs=epochs)
                self.progress(self.part(number, beyond + 1), told)
        mean = float(self.engine.total(total)) / seen
        self.seconds += time.monotonic() - begun
        self.images += seen
        if not math.isfinite(mean):
            raise FloatingPointError(f"The training loss is {mean} in epoch {number + 1}.")
        return mean

    def _step(
        self, rows: Rows, pixels: Tensor, step: int, share: "_Share", generator: torch.Generator
    ) -> Tensor:
        pixels = pixels.to(self.device, non_blocking=True)
        place = share.first, share.whole
        pixels = augment(pixels, generator, crop=self.recipe.crop, flip=self.recipe.flip, share=place)
        x = normalise(pixels, self.device)
        for group in self.optimizer.param_groups:
            group["lr"] = self.recipe.rate(step, self.steps)
        self.optimizer.zero_grad(set_to_none=True)
        if self.engine.ranks > 1:
            # The epoch's generator must stay the same on all ranks, whatever their losses draw.
            generator = torch.Generator().manual_seed(self._own(derived_seed(self.recipe.seed, "loss", step)))
        here = Step(torch.from_numpy(rows).to(self.device), generator, step / self.steps)
        loss = self.loss_fn(self.engine.model, x, here)
        # Gradients are averaged over ranks; of shares that differ in size, each image must count alike.
        self.engine.step(loss if self.engine.ranks == 1 else loss * share.weight(self.engine.ranks))
        return loss.detach()

    def _rows(self, generator: torch.Generator) -> Rows:
        """The rows of one epoch, the same on all ranks."""
        if self.order is not None:
            return self.order(generator)
        return torch.randperm(len(self.data), generator=generator).numpy()

    def _own(self, seed: int) -> int:
        """A seed of this rank's own."""
        return seed if self.engine.rank == 0 else derived_seed(seed, "rank", self.engine.rank)


@dataclass(frozen=True)
class _Share:
    """The images of a minibatch of `whole` that one rank works on."""

    first: int
    end: int
    whole: int

    @classmethod
    def of(cls, whole: int, rank: int, ranks: int) -> "_Share":
        """Shares whose sizes differ by one at most."""
        return cls(whole * rank // ranks, whole * (rank + 1) // ranks, whole)

    def weight(self, ranks: int) -> float:
        """How much the mean loss of this share counts in the average over `ranks`."""
        return (self.end - self.first) * ranks / self.whole


def _minibatches(order: Rows, parts: int) -> list[Rows]:
    """The rows `order` in `parts` of almost equal size; a lone image comes twice.

    Equal parts leave no small rest, whose batch statistics would be poor, and none of a single image.
    """
    if len(order) == 1:
        order = np.repeat(order, 2)
    return np.array_split(order, parts)

"""Two processes train as one does."""

import os
import signal
from pathlib import Path
from typing import Any

import psutil
import pytest
import torch
from torch import Tensor, nn

from tests.ml.pictures import CPU, noise
from workers.ml.backbones import Classifier, new_classifier
from workers.ml.data import Progress, no_progress
from workers.ml.numerics import PLAIN, Numerics
from workers.ml.pretext.training import train_pretext
from workers.ml.ranks import RankDied
from workers.ml.task_model import train_classifier
from workers.ml.trainer import FitResult, Recipe, Step, fit

TWO = Numerics(devices=2)
# 27 images in minibatches of 9: shares of 4 and of 5.
DATA = noise(27)
LABELS = [row % 3 for row in range(27)]
RECIPE = Recipe(epochs=2, minibatch=10, learning_rate=0.05, seed=5)


class Killed(Exception):
    pass


def train(
    numerics: Numerics, checkpoint: Path | None = None, progress: Progress = no_progress, **extra: Any
) -> tuple[Classifier, FitResult]:
    return train_classifier(
        DATA, LABELS, 3, "small_cnn", RECIPE, device=CPU, checkpoint=checkpoint, progress=progress,
        numerics=numerics, **extra,
    )  # fmt: skip


def assert_alike(one: nn.Module, other: nn.Module) -> None:
    for (name, a), b in zip(one.state_dict().items(), other.state_dict().values(), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-3, atol=1e-4, msg=name)


def test_two_ranks_end_with_the_weights_of_one_process() -> None:
    alone, result = train(PLAIN)
    together, of_two = train(TWO)
    assert_alike(together, alone)
    assert of_two.history == pytest.approx(result.history, abs=1e-4)
    assert of_two.steps == result.steps


def test_two_ranks_killed_after_an_epoch_go_on_from_their_checkpoint(tmp_path: Path) -> None:
    undisturbed, _ = train(TWO)

    def kill(_part: float, message: str) -> None:
        if message.startswith("epoch 1 of") and "loss" in message:
            raise Killed

    path = tmp_path / "run.pt"
    with pytest.raises(Killed):
        train(TWO, path, kill)
    heard: list[str] = []
    model, _ = train(TWO, path, lambda _part, message: heard.append(message))
    assert heard[0] == "resumed after epoch 1"
    assert_alike(model, undisturbed)
    assert [file.name for file in tmp_path.iterdir()] == ["run.pt"]


def test_a_pretext_task_on_two_ranks_is_that_of_one() -> None:
    recipe = Recipe(epochs=1, minibatch=10, learning_rate=0.05)
    alone, _ = train_pretext(DATA, "rotation", "small_cnn", recipe, CPU)
    together, _ = train_pretext(DATA, "rotation", "small_cnn", recipe, CPU, numerics=TWO)
    assert_alike(together, alone)


def test_a_loss_head_and_dropout_are_repeatable_on_two_ranks() -> None:
    extra: dict[str, Any] = {"loss_head": True, "dropout": 0.5}
    assert_alike(train(TWO, **extra)[0], train(TWO, **extra)[0])


def ranks() -> list[psutil.Process]:
    """The processes of trainings that this process has under way: children of its fork server."""
    servers = [p for p in psutil.Process().children() if "forkserver" in " ".join(p.cmdline())]
    return [rank for server in servers for rank in server.children()]


def test_a_rank_that_is_killed_ends_the_training_and_the_others() -> None:
    def kill_one(_part: float, message: str) -> None:
        if "loss" in message:
            os.kill(ranks()[-1].pid, signal.SIGKILL)

    with pytest.raises(RankDied):
        train(TWO, progress=kill_one)
    assert ranks() == []


def diverge(model: nn.Module, x: Tensor, _step: Step) -> Tensor:
    mean: Tensor = model(x).mean()
    return mean * torch.inf


def test_what_ranks_raise_alike_is_raised_here() -> None:
    with pytest.raises(FloatingPointError, match="epoch 1"):
        fit(new_classifier("small_cnn", 3, 0), DATA, diverge, RECIPE, CPU, numerics=TWO)


def test_few_images_need_one_process_only() -> None:
    heard: list[int] = []
    train_classifier(
        noise(3), [0, 1, 2], 3, "small_cnn", Recipe(epochs=1, minibatch=4), device=CPU, numerics=TWO,
        progress=lambda _part, _message: heard.append(len(ranks())),
    )  # fmt: skip
    assert set(heard) == {0}

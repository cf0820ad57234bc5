"""The same training with other numerics."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from tests.ml.pictures import CPU, noise
from workers.ml.backbones import Classifier, new_classifier
from workers.ml.data import Progress, no_progress
from workers.ml.numerics import PLAIN, Numerics
from workers.ml.pretext.registry import PRETEXT_TASKS
from workers.ml.pretext.training import train_pretext
from workers.ml.task_model import train_classifier
from workers.ml.trainer import Recipe, Step, fit

DATA = noise(20)
LABELS = [row % 3 for row in range(20)]
RECIPE = Recipe(epochs=2, minibatch=8, learning_rate=0.05, seed=5)


class Killed(Exception):
    pass


def train(
    numerics: Numerics, checkpoint: Path | None = None, progress: Progress = no_progress, **extra: Any
) -> Classifier:
    return train_classifier(
        DATA, LABELS, 3, "small_cnn", RECIPE, device=CPU, checkpoint=checkpoint, progress=progress,
        numerics=numerics, **extra,
    )[0]  # fmt: skip


def distance(one: nn.Module, other: nn.Module) -> float:
    pairs = zip(one.parameters(), other.parameters(), strict=True)
    return max(float((a - b).detach().abs().max()) for a, b in pairs)


@pytest.mark.parametrize("precision", ["bf16", "fp16"])
@pytest.mark.parametrize("extra", [{}, {"loss_head": True}])
def test_half_precision_ends_near_the_weights_of_float32_but_not_on_them(
    precision: Any, extra: dict[str, Any]
) -> None:
    model = train(Numerics(precision=precision), **extra)
    assert 0 < distance(model, train(PLAIN, **extra)) < 0.1
    assert all(weight.dtype == torch.float32 for weight in model.parameters())


@pytest.mark.parametrize("precision", ["bf16", "fp16"])
def test_a_resumed_run_in_half_precision_is_no_different(tmp_path: Path, precision: Any) -> None:
    numerics, path = Numerics(precision=precision), tmp_path / "run.pt"

    def kill(_part: float, message: str) -> None:
        if message.startswith("epoch 1 of") and "loss" in message:
            raise Killed

    with pytest.raises(Killed):
        train(numerics, path, kill)
    heard: list[str] = []
    model = train(numerics, path, lambda _part, message: heard.append(message))
    assert heard[0] == "resumed after epoch 1"
    assert distance(model, train(numerics)) == 0


def test_a_checkpoint_of_other_numerics_is_ignored(tmp_path: Path) -> None:
    train(PLAIN, tmp_path / "run.pt")
    heard: list[str] = []
    train(Numerics(precision="bf16"), tmp_path / "run.pt", lambda _part, message: heard.append(message))
    assert not heard[0].startswith("resumed")


def test_losses_are_computed_in_float32() -> None:
    seen: set[torch.dtype] = set()

    def loss(model: nn.Module, x: Tensor, _step: Step) -> Tensor:
        logits: Tensor = model(x)
        seen.add(logits.dtype)
        return logits.square().mean()

    fit(new_classifier("small_cnn", 3, 0), DATA, loss, RECIPE, CPU, numerics=Numerics(precision="bf16"))
    assert seen == {torch.float32}


@pytest.mark.parametrize("task", list(PRETEXT_TASKS))
def test_every_pretext_task_trains_in_bf16_and_contiguously(task: str) -> None:
    recipe = Recipe(epochs=1, minibatch=8, learning_rate=0.01, crop=False)
    plain, _ = train_pretext(noise(10), task, "small_cnn", recipe, CPU)
    other, result = train_pretext(
        noise(10), task, "small_cnn", recipe, CPU, numerics=Numerics("contiguous", "bf16")
    )
    assert 0 < distance(plain, other) < 0.1
    assert result.numerics == Numerics("contiguous", "bf16")


def test_contiguous_means_that_every_convolution_sees_contiguous_maps() -> None:
    model = new_classifier("small_cnn", 3, 0)
    seen: set[bool] = set()
    for part in model.modules():
        if isinstance(part, nn.Conv2d):
            part.register_forward_hook(
                lambda _m, given, made: seen.update(t.is_contiguous() for t in (*given, made))
            )

    def loss(model: nn.Module, x: Tensor, _step: Step) -> Tensor:
        mean: Tensor = model(x).square().mean()
        return mean

    fit(model, DATA, loss, RECIPE, CPU, numerics=Numerics("contiguous"))
    assert seen == {True}


@pytest.mark.parametrize(("precision", "extra"), [("fp32", {}), ("bf16", {"loss_head": True})])
def test_a_compiled_network_trains_to_the_same_weights(
    monkeypatch: pytest.MonkeyPatch, precision: Any, extra: dict[str, Any]
) -> None:
    # Traced and called as ever, but without a compiler, which would take minutes.
    monkeypatch.setattr(torch, "compile", partial(torch.compile, backend="eager"))
    model = train(Numerics(precision=precision, compiled=True), **extra)
    assert isinstance(model, Classifier)
    assert distance(model, train(Numerics(precision=precision), **extra)) < 1e-5


def test_a_network_that_cannot_be_compiled_trains_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[object] = []

    def broken(graph: object, _inputs: object) -> None:
        tried.append(graph)
        raise RuntimeError("no compiler")

    monkeypatch.setattr(torch, "compile", partial(torch.compile, backend=broken))
    assert distance(train(Numerics(compiled=True)), train(PLAIN)) == 0
    assert tried

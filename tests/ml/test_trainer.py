from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from tests.ml.pictures import CPU, noise
from workers.ml.backbones import Classifier, new_classifier
from workers.ml.data import InMemory
from workers.ml.task_model import train_classifier
from workers.ml.trainer import FitResult, Recipe, Step, fit

RECIPE = Recipe(epochs=3, minibatch=8, learning_rate=0.05, seed=5)
DATA = noise(30)
LABELS = [row % 3 for row in range(30)]


class Killed(Exception):
    pass


def train(
    checkpoint: Path | None = None,
    recipe: Recipe = RECIPE,
    labels: list[int] = LABELS,
    kill_after: int | None = None,
    **extra: Any,
) -> tuple[Classifier, FitResult, list[str]]:
    heard: list[str] = []

    def progress(_part: float, message: str) -> None:
        heard.append(message)
        if kill_after and message.startswith(f"epoch {kill_after} of") and "loss" in message:
            raise Killed

    model, result = train_classifier(
        DATA, labels, 3, "small_cnn", recipe, device=CPU, checkpoint=checkpoint, progress=progress, **extra
    )
    return model, result, heard


def same_weights(one: nn.Module, other: nn.Module) -> bool:
    pairs = zip(one.state_dict().values(), other.state_dict().values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def resumed(heard: list[str]) -> bool:
    return heard[0].startswith("resumed")


@pytest.mark.parametrize("drops", [None, (0.5,)])
def test_a_killed_and_resumed_run_gives_the_weights_of_an_undisturbed_one(
    tmp_path: Path, drops: tuple[float, ...] | None
) -> None:
    recipe = Recipe(epochs=3, minibatch=8, learning_rate=0.05, seed=5, drops=drops)
    undisturbed, whole, _ = train(recipe=recipe)
    path = tmp_path / "run.pt"
    with pytest.raises(Killed):
        train(path, recipe, kill_after=1)
    model, result, heard = train(path, recipe)
    assert resumed(heard)
    assert same_weights(model, undisturbed)
    assert result.history == whole.history


EXTRAS = [{"dropout": 0.5}, {"loss_head": True}, {"balance": "loss"}, {"balance": "sampling"}]


@pytest.mark.parametrize("extra", EXTRAS)
def test_a_resumed_run_with_an_option_is_no_different(tmp_path: Path, extra: dict[str, Any]) -> None:
    undisturbed, _, _ = train(**extra)
    with pytest.raises(Killed):
        train(tmp_path / "run.pt", kill_after=2, **extra)
    model, _, heard = train(tmp_path / "run.pt", **extra)
    assert resumed(heard)
    assert same_weights(model, undisturbed)


@pytest.mark.parametrize("extra", EXTRAS)
def test_a_checkpoint_without_an_option_is_ignored_by_a_run_with(
    tmp_path: Path, extra: dict[str, Any]
) -> None:
    train(tmp_path / "run.pt")
    assert not resumed(train(tmp_path / "run.pt", **extra)[2])


def test_a_finished_run_is_not_trained_again(tmp_path: Path) -> None:
    first, _, _ = train(tmp_path / "run.pt")
    again, result, heard = train(tmp_path / "run.pt")
    assert heard == ["resumed after epoch 3"]
    assert same_weights(first, again)
    assert len(result.history) == 3


def test_the_same_seed_gives_the_same_weights() -> None:
    assert same_weights(train()[0], train()[0])


def test_another_seed_gives_other_weights() -> None:
    other = Recipe(epochs=3, minibatch=8, learning_rate=0.05, seed=6)
    assert not same_weights(train()[0], train(recipe=other)[0])


def test_training_leaves_the_global_generator_alone() -> None:
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    train()
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", b"PK\x03\x04 half"])
def test_an_unreadable_checkpoint_is_ignored(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "run.pt"
    path.write_bytes(content)
    model, _, heard = train(path)
    assert not resumed(heard)
    assert same_weights(model, train()[0])


def test_a_truncated_checkpoint_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "run.pt"
    train(path)
    path.write_bytes(path.read_bytes()[:-2000])
    assert not resumed(train(path)[2])


def test_a_checkpoint_of_another_recipe_is_ignored(tmp_path: Path) -> None:
    train(tmp_path / "run.pt", Recipe(epochs=2, minibatch=8))
    assert not resumed(train(tmp_path / "run.pt")[2])


def test_a_checkpoint_of_other_labels_is_ignored(tmp_path: Path) -> None:
    train(tmp_path / "run.pt", labels=LABELS[::-1])
    assert not resumed(train(tmp_path / "run.pt")[2])


def test_no_part_of_a_checkpoint_stays_behind(tmp_path: Path) -> None:
    train(tmp_path / "run.pt")
    assert [file.name for file in tmp_path.iterdir()] == ["run.pt"]


def test_progress_ends_at_one() -> None:
    parts: list[float] = []
    model = new_classifier("small_cnn", 3, 0)
    fit(model, DATA, _first_logit, RECIPE, CPU, progress=lambda part, _: parts.append(part))
    # A slow machine hears of it in between, too.
    assert parts == sorted(parts)
    assert {round(part, 6) for part in parts} >= {0.333333, 0.666667}
    assert parts[-1] == 1.0


def test_max_steps_ends_training_early() -> None:
    result = train(recipe=Recipe(epochs=50, minibatch=8, max_steps=6))[1]
    assert result.steps == 6
    assert len(result.history) == 2


@pytest.mark.parametrize("n", [1, 2, 3, 5, 9, 13])
def test_few_images_are_enough(n: int) -> None:
    result = train_classifier(noise(n), [0] * n, 1, "small_cnn", Recipe(epochs=1, minibatch=4), device=CPU)[1]
    assert np.isfinite(result.history).all()


def test_every_image_is_seen_once_in_an_epoch_and_the_order_changes() -> None:
    seen: list[list[int]] = []

    def loss(model: nn.Module, x: Tensor, step: Step) -> Tensor:
        seen.append(step.rows.tolist())
        return _first_logit(model, x, step)

    fit(new_classifier("small_cnn", 3, 0), DATA, loss, Recipe(epochs=2, minibatch=8), CPU)
    first, second = ([row for rows in seen[start : start + 4] for row in rows] for start in (0, 4))
    assert sorted(first) == sorted(second) == list(range(30))
    assert first != second


def test_a_loss_hears_how_much_of_the_training_is_done() -> None:
    parts: list[float] = []

    def loss(model: nn.Module, x: Tensor, step: Step) -> Tensor:
        parts.append(step.part)
        return _first_logit(model, x, step)

    fit(new_classifier("small_cnn", 3, 0), DATA, loss, Recipe(epochs=2, minibatch=15), CPU)
    assert parts == [0.0, 0.25, 0.5, 0.75]


def test_no_images_are_refused() -> None:
    with pytest.raises(ValueError, match="no images"):
        train_classifier(
            InMemory(torch.zeros(0, 3, 8, 8, dtype=torch.uint8)), [], 2, "small_cnn", RECIPE, device=CPU
        )


def test_a_diverging_training_is_an_error() -> None:
    def loss(model: nn.Module, x: Tensor, step: Step) -> Tensor:
        return _first_logit(model, x, step) * torch.inf

    with pytest.raises(FloatingPointError, match="epoch 1"):
        fit(new_classifier("small_cnn", 3, 0), DATA, loss, RECIPE, CPU)


@pytest.mark.parametrize(
    "field", [{"epochs": 0}, {"minibatch": 2}, {"learning_rate": 0.0}, {"max_steps": 0}, {"drops": (1.0,)}]
)
def test_an_impossible_recipe_is_refused(field: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"recipe|max_steps|drops"):
        Recipe(**{"epochs": 1, **field})


def test_the_cosine_schedule_warms_up_and_falls_to_nothing() -> None:
    recipe = Recipe(epochs=1, learning_rate=1.0)
    rates = [recipe.rate(step, 100) for step in range(100)]
    assert rates[:5] == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    assert max(rates) == 1.0
    assert rates[-1] < 0.001


def test_each_drop_divides_the_rate_by_ten() -> None:
    recipe = Recipe(epochs=1, learning_rate=1.0, drops=(0.6, 0.85))
    rates = [recipe.rate(step, 100) for step in (0, 59, 60, 84, 85)]
    assert rates == pytest.approx([1, 1, 0.1, 0.1, 0.01])


def test_a_drop_comes_with_the_first_step_of_its_epoch() -> None:
    recipe = Recipe(epochs=200, learning_rate=0.1, drops=(0.8,))  # PT4AL: epoch 160 of 200
    for per_epoch in (8, 79, 391):
        first = 160 * per_epoch
        rates = [recipe.rate(step, 200 * per_epoch) for step in (first - 1, first)]
        assert rates == pytest.approx([0.1, 0.01])


def test_no_drops_leave_the_rate_as_it_is() -> None:
    recipe = Recipe(epochs=1, learning_rate=0.3, drops=())
    assert {recipe.rate(step, 10) for step in range(10)} == {0.3}


def _first_logit(model: nn.Module, x: Tensor, _step: Step) -> Tensor:
    mean: Tensor = model(x)[:, 0].square().mean()
    return mean

"""What holds for every pretext task."""

from typing import Any

import numpy as np
import pytest
import torch

from tests.ml.pictures import CPU, noise
from workers.ml.data import InMemory
from workers.ml.device import normalise
from workers.ml.pretext.registry import PRETEXT_TASKS
from workers.ml.pretext.scoring import pretext_features, pretext_losses
from workers.ml.pretext.task import PretextTask
from workers.ml.pretext.training import train_pretext
from workers.ml.trainer import Recipe


@pytest.fixture(params=sorted(PRETEXT_TASKS))
def task(request: pytest.FixtureRequest) -> PretextTask[Any]:
    return PRETEXT_TASKS[request.param]


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def normalised(n: int, size: int = 16) -> torch.Tensor:
    return normalise(noise(n, size).minibatch(np.arange(n)), CPU)


@pytest.mark.parametrize("name", sorted(PRETEXT_TASKS))
def test_its_name_is_the_one_it_is_registered_by(name: str) -> None:
    assert PRETEXT_TASKS[name].name == name


@pytest.mark.parametrize("size", [8, 17, 32])
def test_losses_are_finite_doubles_one_an_image(task: PretextTask[Any], size: int) -> None:
    model = task.build("small_cnn", 0).eval()
    losses = task.image_losses(model, normalised(3, size))
    assert losses.shape == (3,)
    assert losses.dtype == torch.float64
    assert losses.isfinite().all()


@pytest.mark.parametrize("value", [0, 128, 255])
def test_images_of_one_colour_have_finite_losses(task: PretextTask[Any], value: int) -> None:
    x = normalise(torch.full((2, 3, 32, 32), value, dtype=torch.uint8), CPU)
    model = task.build("small_cnn", 0)
    assert task.training_loss(model, x, generator()).isfinite()
    assert task.image_losses(model.eval(), x).isfinite().all()


@pytest.mark.parametrize("backbone", ["small_cnn", "resnet18_small", "resnet18"])
def test_every_backbone_can_be_trained(task: PretextTask[Any], backbone: str) -> None:
    model = task.build(backbone, 0)
    loss = task.training_loss(model, normalised(4, 32), generator())
    loss.backward()  # type: ignore[no-untyped-call]
    assert loss.shape == ()
    gradients = [weight.grad for weight in model.backbone.parameters()]
    assert all(gradient is not None and gradient.isfinite().all() for gradient in gradients)


def test_losses_depend_neither_on_the_size_of_minibatches_nor_on_the_place_in_them(
    task: PretextTask[Any],
) -> None:
    data, model = noise(10, 32), task.build("small_cnn", 1)
    task.training_loss(model, normalised(8, 32), generator())  # statistics of batch normalisation
    whole = pretext_losses(model, task, data, CPU)
    for minibatch in (1, 3, 7):
        parts = pretext_losses(model, task, data, CPU, minibatch=minibatch)
        torch.testing.assert_close(parts, whole, rtol=1e-5, atol=1e-6)


def test_losses_do_not_depend_on_the_global_generator(task: PretextTask[Any]) -> None:
    model, x = task.build("small_cnn", 1).eval(), normalised(4)
    first = task.image_losses(model, x)
    torch.manual_seed(99)
    assert torch.equal(task.image_losses(model, x), first)


def test_the_training_loss_repeats_with_its_generator(task: PretextTask[Any]) -> None:
    model, x = task.build("small_cnn", 1), normalised(4)
    first, again = (task.training_loss(model, x, generator(3)) for _ in range(2))
    assert torch.equal(first, again)


def test_losses_leave_the_images_alone(task: PretextTask[Any]) -> None:
    model, x = task.build("small_cnn", 1), normalised(4)
    before = x.clone()
    task.training_loss(model, x, generator())
    task.image_losses(model.eval(), x)
    assert torch.equal(x, before)


def test_fresh_weights_depend_on_the_seed_alone(task: PretextTask[Any]) -> None:
    torch.manual_seed(1)
    first = task.build("small_cnn", 3).state_dict()
    torch.manual_seed(2)
    again, other = task.build("small_cnn", 3).state_dict(), task.build("small_cnn", 4).state_dict()
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)


def test_features_are_those_of_each_image_alone(task: PretextTask[Any]) -> None:
    data, model = noise(5, 32), task.build("small_cnn", 1)
    features = pretext_features(model, data, CPU)
    assert features.shape == (5, model.backbone.width)
    assert features.dtype == torch.float32
    torch.testing.assert_close(pretext_features(model, data, CPU, minibatch=2), features)


def test_training_repeats_from_its_seed(task: PretextTask[Any]) -> None:
    recipe = Recipe(epochs=1, minibatch=8, seed=5)
    first, again = (train_pretext(noise(20, 24), task.name, "small_cnn", recipe, CPU)[1] for _ in range(2))
    assert first.history == again.history


def test_one_image_is_enough_to_train_on(task: PretextTask[Any]) -> None:
    _, result = train_pretext(noise(1), task.name, "small_cnn", Recipe(epochs=2), CPU)
    assert np.isfinite(result.history).all()


@pytest.mark.parametrize("device", ["cpu", "cuda", "mps"])
@pytest.mark.parametrize("n", [0, 1, 10**7])
def test_any_number_of_images_has_a_recipe(task: PretextTask[Any], n: int, device: str) -> None:
    assert task.recipe(n, torch.device(device)).epochs >= 1


def test_a_recipe_takes_the_epochs_and_the_seed_asked_for(task: PretextTask[Any]) -> None:
    asked = task.recipe(10**7, CPU, epochs=3, seed=9)
    assert (asked.epochs, asked.seed, asked.max_steps) == (3, 9, None)


def test_larger_pools_do_not_train_longer_on_the_cpu(task: PretextTask[Any]) -> None:
    # Whole epochs of many small pools may be cut short, but never by more than one epoch.
    recipes = [(n, task.recipe(n, CPU)) for n in (50_000, 1_000_000, 100_000_000)]
    images = {min(n * recipe.epochs, (recipe.max_steps or 0) * recipe.minibatch) for n, recipe in recipes}
    assert max(images) <= min(images) + 64


def test_mirroring_is_off_when_asked(task: PretextTask[Any]) -> None:
    assert not task.recipe(100, CPU, flip=False).flip


def test_no_images_have_no_losses(task: PretextTask[Any]) -> None:
    none = InMemory(torch.zeros(0, 3, 16, 16, dtype=torch.uint8))
    assert pretext_losses(task.build("small_cnn", 0), task, none, CPU).shape == (0,)


def test_scoring_tells_its_progress(task: PretextTask[Any]) -> None:
    heard: list[float] = []
    model = task.build("small_cnn", 1)
    pretext_losses(model, task, noise(4), CPU, minibatch=2, progress=lambda part, _: heard.append(part))
    assert heard == [0.5, 1.0]

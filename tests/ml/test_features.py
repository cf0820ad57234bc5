import numpy as np
import torch

from tests.ml.pictures import CPU, noise
from workers.ml.backbones import new_classifier
from workers.ml.device import normalise
from workers.ml.features import task_features


def test_features_are_those_of_the_backbone() -> None:
    model, data = new_classifier("small_cnn", 3, seed=0).eval(), noise(5)
    with torch.no_grad():
        expected = model.backbone(normalise(data.minibatch(np.arange(5)), CPU))
    torch.testing.assert_close(task_features(model, data, None, CPU), expected)


def test_features_follow_the_rows_asked_for() -> None:
    model, data = new_classifier("small_cnn", 3, seed=0), noise(5)
    whole = task_features(model, data, None, CPU)
    torch.testing.assert_close(
        task_features(model, data, np.array([4, 0, 4]), CPU, minibatch=2), whole[[4, 0, 4]]
    )


def test_no_rows_give_no_features() -> None:
    found = task_features(new_classifier("small_cnn", 3, 0), noise(2), np.array([], np.int64), CPU)
    assert found.shape[0] == 0


def test_features_tell_their_progress() -> None:
    heard: list[float] = []
    model = new_classifier("small_cnn", 3, seed=0)
    task_features(model, noise(4), None, CPU, minibatch=2, progress=lambda part, _: heard.append(part))
    assert heard == [0.5, 1.0]


def test_a_gradient_may_go_through_found_features() -> None:
    found = task_features(new_classifier("small_cnn", 3, 0), noise(2), None, CPU)
    found.requires_grad_().sum().backward()  # type: ignore[no-untyped-call]
    assert found.grad is not None

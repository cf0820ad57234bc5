import numpy as np
import pytest
import torch
from torch import nn

from tests.ml.pictures import CPU, noise
from workers.ml.backbones import BACKBONES, new_classifier
from workers.ml.device import normalise
from workers.ml.features import task_features


def test_features_are_those_of_the_network_in_evaluation_mode() -> None:
    model, data = new_classifier("small_cnn", 3, 0).train(), noise(5)
    found = task_features(model, data, None, CPU, minibatch=2)
    with torch.inference_mode():
        expected = model.eval().features(normalise(data.minibatch(np.arange(5)), CPU))
    torch.testing.assert_close(found, expected)
    assert found.dtype == torch.float32


def test_features_follow_the_rows_asked_for() -> None:
    model = new_classifier("small_cnn", 3, 0)
    whole = task_features(model, noise(5), None, CPU)
    torch.testing.assert_close(task_features(model, noise(5), np.array([4, 0]), CPU), whole[[4, 0]])


def test_no_images_have_features_of_the_same_width() -> None:
    none = task_features(new_classifier("small_cnn", 3, 0), noise(5), np.array([], np.int64), CPU)
    assert none.shape == (0, 64)


def test_a_backbone_alone_will_do() -> None:
    assert task_features(BACKBONES["small_cnn"](), noise(3), None, CPU).shape == (3, 64)


def test_a_network_without_features_will_not() -> None:
    with pytest.raises(AttributeError):
        task_features(nn.Linear(1, 1), noise(3), None, CPU)


def test_features_tell_their_progress() -> None:
    parts: list[float] = []
    model = new_classifier("small_cnn", 3, 0)
    task_features(model, noise(4), None, CPU, minibatch=2, progress=lambda part, _: parts.append(part))
    assert parts == [0.5, 1.0]


def test_a_gradient_may_go_through_found_features() -> None:
    found = task_features(new_classifier("small_cnn", 3, 0), noise(2), None, CPU)
    found.requires_grad_().sum().backward()  # type: ignore[no-untyped-call]
    assert found.grad is not None

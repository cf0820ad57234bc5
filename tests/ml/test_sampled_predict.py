from typing import Any

import pytest
import torch

from tests.ml.pictures import CPU, noise
from workers.ml.backbones import Classifier, new_classifier
from workers.ml.data import ImageData
from workers.ml.features import task_features
from workers.ml.sampled_predict import sampled_predict
from workers.ml.task_model import predict


def sampled_of(model: Classifier, data: ImageData, minibatch: int = 256, **how: Any) -> torch.Tensor:
    return sampled_predict(model, task_features(model, data, None, CPU, minibatch=minibatch), CPU, **how)


def test_without_dropout_every_pass_is_the_plain_prediction() -> None:
    model = new_classifier("small_cnn", 3, 0)
    plain = predict(model, noise(5), None, CPU)
    sampled = sampled_of(model, noise(5), passes=2)
    torch.testing.assert_close(sampled, plain.expand(2, -1, -1))


def test_passes_differ_and_are_probabilities() -> None:
    model = new_classifier("small_cnn", 3, 0, dropout=0.5)
    sampled = sampled_of(model, noise(5), passes=4)
    assert sampled.shape == (4, 5, 3)
    assert not torch.equal(sampled[0], sampled[1])
    torch.testing.assert_close(sampled.sum(dim=2), torch.ones(4, 5))


def test_the_mean_of_the_logits_of_many_passes_is_the_plain_one() -> None:
    model = new_classifier("small_cnn", 2, 0, dropout=0.5)
    plain, sampled = (
        probs.log().diff(dim=-1)
        for probs in (
            predict(model, noise(3), None, CPU),
            sampled_of(model, noise(3), passes=4000).double(),
        )
    )
    torch.testing.assert_close(sampled.mean(dim=0).float(), plain, atol=0.03, rtol=0.0)


def test_the_seed_decides_whatever_the_minibatch() -> None:
    model = new_classifier("small_cnn", 3, 0, dropout=0.5)
    first = sampled_of(model, noise(5), seed=1)
    again = sampled_of(model, noise(5), seed=1, minibatch=2)
    torch.testing.assert_close(first, again)
    assert not torch.equal(first, sampled_of(model, noise(5), seed=2))


def test_sampling_leaves_the_model_and_the_global_generator_alone() -> None:
    model = new_classifier("small_cnn", 3, 0, dropout=0.5)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    torch.manual_seed(1)
    expected = torch.rand(2)
    torch.manual_seed(1)
    sampled_of(model, noise(5))
    assert torch.equal(torch.rand(2), expected)
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())


def test_no_images_give_no_predictions() -> None:
    model = new_classifier("small_cnn", 3, 0, dropout=0.5)
    assert sampled_predict(model, torch.empty(0, 64), CPU).shape == (10, 0, 3)


def test_no_passes_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one pass"):
        sampled_of(new_classifier("small_cnn", 3, 0), noise(2), passes=0)

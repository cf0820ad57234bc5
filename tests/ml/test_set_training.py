"""Classifiers that tell several classes an image."""

import json
from pathlib import Path

import onnx
import onnxruntime
import pytest
import torch

from tests.ml.pictures import CPU, noise
from workers.ml.backbones import Classifier, new_classifier
from workers.ml.class_columns import ClassColumns
from workers.ml.data import InMemory
from workers.ml.features import task_features
from workers.ml.model_files import load_model, save_model
from workers.ml.onnx_files import save_onnx
from workers.ml.sampled_predict import sampled_predict
from workers.ml.set_training import positive_weights, train_with_sets
from workers.ml.task_model import predict
from workers.ml.trainer import Recipe


def halves(n: int) -> tuple[InMemory, torch.Tensor]:
    """Images whose left and right half are bright or dark, and which of the two are bright."""
    truth = torch.rand(n, 2, generator=torch.Generator().manual_seed(1)) < 0.5
    pixels = torch.full((n, 3, 16, 16), 40, dtype=torch.uint8)
    pixels[truth[:, 0], :, :, :8] = 220
    pixels[truth[:, 1], :, :, 8:] = 220
    return InMemory(pixels), truth


@pytest.mark.parametrize("loss_head", [False, True])
def test_each_class_is_learned_for_itself(loss_head: bool) -> None:
    data, truth = halves(32)
    recipe = Recipe(epochs=30, minibatch=16, learning_rate=0.02, crop=False, flip=False)
    model, _ = train_with_sets(
        data, truth, "small_cnn", recipe, device=CPU, balance="loss", loss_head=loss_head
    )
    probs = predict(model, data, None, CPU)
    assert torch.equal(probs > 0.5, truth)
    assert {tuple(row) for row in truth.tolist()} == {(a, b) for a in (False, True) for b in (False, True)}


def test_the_same_seed_gives_the_same_weights() -> None:
    data, truth = halves(8)
    recipe = Recipe(epochs=2, minibatch=4)
    one, other = (train_with_sets(data, truth, "small_cnn", recipe, device=CPU)[0] for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))


def test_rare_classes_weigh_more_where_they_are_shown() -> None:
    truth = torch.zeros(100, 4, dtype=torch.bool)
    truth[:10, 0] = truth[:50, 1] = truth[:, 3] = True
    weights = positive_weights(truth)
    assert weights[0] == pytest.approx(9, rel=0.06)
    assert weights[1:].tolist() == pytest.approx([1, 1, 1])


@pytest.mark.parametrize(
    "truth", [torch.zeros(3, 2, dtype=torch.bool), torch.zeros(4, 2), torch.zeros(4, dtype=torch.bool)]
)
def test_labels_that_do_not_fit_are_refused(truth: torch.Tensor) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        train_with_sets(noise(4), truth, "small_cnn", Recipe(epochs=1), device=CPU)


def test_sampling_cannot_balance_sets() -> None:
    data, truth = halves(4)
    with pytest.raises(ValueError, match="sampling"):
        train_with_sets(data, truth, "small_cnn", Recipe(epochs=1), device=CPU, balance="sampling")


@pytest.fixture(scope="module")
def model() -> Classifier:
    return new_classifier("small_cnn", 3, seed=0, dropout=0.5, several=True).eval()


def test_a_stored_model_goes_on_telling_each_class_for_itself(model: Classifier, tmp_path: Path) -> None:
    save_model(tmp_path / "m.safetensors", model, {"pixels": 16})
    loaded, _ = load_model(tmp_path / "m.safetensors")
    probs = predict(loaded, noise(5), None, CPU)
    assert loaded.several
    torch.testing.assert_close(probs, predict(model, noise(5), None, CPU))
    assert not torch.allclose(probs.sum(dim=1), torch.ones(5))


def test_samples_are_of_each_class_for_itself(model: Classifier) -> None:
    sampled = sampled_predict(model, task_features(model, noise(5), None, CPU), CPU, passes=3)
    assert not torch.allclose(sampled.sum(dim=2), torch.ones(3, 5))


def test_onnx_says_what_predict_says_and_from_where_on_a_class_is_told(
    model: Classifier, tmp_path: Path
) -> None:
    save_onnx(tmp_path / "m.onnx", model, 16, {"thresholds": [0.5, 0.25, 0.75]})
    pixels = noise(2).minibatch(torch.arange(2).numpy())
    session = onnxruntime.InferenceSession(tmp_path / "m.onnx")
    (found,) = session.run(None, {"images": pixels.permute(0, 2, 3, 1).contiguous().numpy()})
    torch.testing.assert_close(
        torch.from_numpy(found), predict(model, noise(2), None, CPU), atol=1e-4, rtol=0
    )
    told = {prop.key: prop.value for prop in onnx.load(tmp_path / "m.onnx").metadata_props}
    assert json.loads(told["thresholds"]) == [0.5, 0.25, 0.75]


def test_of_merged_classes_the_likelier_one_counts_and_removed_ones_leave_the_others_alone() -> None:
    columns = ClassColumns.of(["cat", None, "cat", "dog"])
    each = torch.tensor([[0.2, 0.9, 0.7, 0.1], [0.6, 0.0, 0.5, 0.4]])
    assert torch.equal(columns.fold_sets(each), torch.tensor([[0.7, 0.1], [0.6, 0.4]]))
    assert torch.equal(
        columns.fold_sets(torch.stack([each, each]))[1], torch.tensor([[0.7, 0.1], [0.6, 0.4]])
    )

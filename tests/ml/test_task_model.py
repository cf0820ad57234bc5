import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from tests.ml.pictures import CPU, digits, noise
from workers.ml.backbones import new_classifier
from workers.ml.data import InMemory
from workers.ml.evaluation import evaluate
from workers.ml.predicted_losses import predicted_losses
from workers.ml.recipes import task_recipe
from workers.ml.task_model import load_model, predict, save_model, train_classifier
from workers.ml.trainer import Recipe


def test_digits_are_learned_from_500_labels() -> None:
    images, labels = digits()
    recipe = Recipe(epochs=15, minibatch=32, learning_rate=0.1, flip=False)
    model, _ = train_classifier(InMemory(images[:500]), labels[:500], 10, "small_cnn", recipe, device=CPU)
    probs = predict(model, InMemory(images[500:]), None, CPU)
    assert evaluate(probs, torch.tensor(labels[500:])).accuracy > 0.85


def test_one_class_among_several_is_learned() -> None:
    model, _ = train_classifier(noise(8), [2] * 8, 3, "small_cnn", Recipe(epochs=5, minibatch=4), device=CPU)
    assert predict(model, noise(8), None, CPU).argmax(dim=1).tolist() == [2] * 8


def test_predictions_are_the_softmax_of_plain_logits() -> None:
    model, data = new_classifier("small_cnn", 3, seed=0).eval(), noise(5)
    x = (data.minibatch(np.arange(5)).float() / 255 - 0.5) / 0.25
    with torch.no_grad():
        expected = model(x).softmax(dim=1)
    torch.testing.assert_close(predict(model, data, None, CPU), expected)


def test_predictions_follow_the_rows_asked_for() -> None:
    model, data = new_classifier("small_cnn", 3, seed=0), noise(5)
    whole = predict(model, data, None, CPU)
    torch.testing.assert_close(predict(model, data, np.array([4, 0, 4]), CPU, minibatch=2), whole[[4, 0, 4]])


def test_no_rows_give_no_predictions() -> None:
    none = predict(new_classifier("small_cnn", 3, 0), noise(2), np.array([], np.int64), CPU)
    assert none.shape == (0, 3)


@pytest.mark.parametrize("labels", [[0, 1], [0, 1, 2], [0, -1, 1]])
def test_labels_that_do_not_fit_are_refused(labels: list[int]) -> None:
    with pytest.raises(ValueError, match="abels"):
        train_classifier(noise(3), labels, 2, "small_cnn", Recipe(epochs=1), device=CPU)


def test_a_saved_model_predicts_the_same(tmp_path: Path) -> None:
    model, data = new_classifier("small_cnn", 3, seed=0), noise(5)
    before = predict(model, data, None, CPU)
    save_model(tmp_path / "model.safetensors", model, {"pixels": 16})
    loaded, _ = load_model(tmp_path / "model.safetensors")
    assert torch.equal(predict(loaded, data, None, CPU), before)


def test_a_saved_model_says_what_it_is(tmp_path: Path) -> None:
    meta = {"pixels": 16, "classes": ["0190-a", "0190-b"]}
    save_model(tmp_path / "model.safetensors", new_classifier("small_cnn", 2, 0), meta)
    what = {"backbone": "small_cnn", "outputs": 2, "dropout": 0.0, "loss_head": False, "several": False}
    assert load_model(tmp_path / "model.safetensors")[1] == {**meta, **what}


def test_a_saved_model_keeps_its_dropout_and_its_loss_head(tmp_path: Path) -> None:
    model, data = new_classifier("small_cnn", 3, seed=0, dropout=0.5, loss_head=True), noise(5)
    save_model(tmp_path / "model.safetensors", model, {})
    loaded, meta = load_model(tmp_path / "model.safetensors")
    assert (meta["dropout"], meta["loss_head"]) == (0.5, True)
    assert loaded.dropout.p == 0.5
    losses = predicted_losses(model, data, None, CPU)
    assert torch.equal(predicted_losses(loaded, data, None, CPU), losses)


def test_a_file_of_before_there_was_dropout_is_loaded(tmp_path: Path) -> None:
    model = new_classifier("small_cnn", 2, 0)
    meta = {"nextbatch": json.dumps({"backbone": "small_cnn", "outputs": 2})}
    tensors = {name: tensor.contiguous() for name, tensor in model.state_dict().items()}
    save_file(tensors, tmp_path / "m.safetensors", metadata=meta)
    loaded, _ = load_model(tmp_path / "m.safetensors")
    assert loaded.dropout.p == 0.0
    assert loaded.loss_head is None
    assert torch.equal(predict(loaded, noise(3), None, CPU), predict(model, noise(3), None, CPU))


@pytest.mark.parametrize("what", [{"dropout": 1.5}, {"dropout": "half"}, {"loss_head": True}])
def test_a_file_whose_meta_and_weights_disagree_is_refused(tmp_path: Path, what: dict[str, object]) -> None:
    meta = {"nextbatch": json.dumps({"backbone": "small_cnn", "outputs": 2, **what})}
    tensors = {name: one.contiguous() for name, one in new_classifier("small_cnn", 2, 0).state_dict().items()}
    save_file(tensors, tmp_path / "m.safetensors", metadata=meta)
    with pytest.raises(ValueError, match="not a model"):
        load_model(tmp_path / "m.safetensors")


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"nothing of the kind")
    with pytest.raises(ValueError, match=r"model\.safetensors is not a model"):
        load_model(tmp_path / "model.safetensors")


@pytest.mark.parametrize("meta", [{}, {"nextbatch": "[]"}, {"nextbatch": "{}"}])
def test_a_file_of_another_program_is_refused(tmp_path: Path, meta: dict[str, str]) -> None:
    save_file({"weight": torch.zeros(1)}, tmp_path / "m.safetensors", metadata=meta)
    with pytest.raises(ValueError, match="not a model"):
        load_model(tmp_path / "m.safetensors")


def test_weights_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    meta = {"nextbatch": json.dumps({"backbone": "small_cnn", "outputs": 2})}
    save_file({"weight": torch.zeros(1)}, tmp_path / "m.safetensors", metadata=meta)
    with pytest.raises(ValueError, match="not a model"):
        load_model(tmp_path / "m.safetensors")


def test_a_missing_model_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_model(tmp_path / "m.safetensors")


def test_fewer_labels_mean_more_epochs() -> None:
    assert task_recipe(100, CPU).epochs > task_recipe(1000, CPU).epochs > task_recipe(4000, CPU).epochs


def test_epochs_asked_for_are_taken() -> None:
    assert task_recipe(100, CPU, epochs=3, seed=9) == task_recipe(100, CPU, 3, 9)
    assert task_recipe(100, CPU, epochs=3).epochs == 3


@pytest.mark.parametrize("device", ["cpu", "cuda", "mps"])
@pytest.mark.parametrize("n", [0, 1, 10**7])
def test_any_number_of_images_has_a_recipe(n: int, device: str) -> None:
    assert task_recipe(n, torch.device(device)).epochs >= 1

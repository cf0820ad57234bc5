import json
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch
from numpy.typing import NDArray

from tests.ml.pictures import CPU, digits
from workers.ml.backbones import Classifier, new_classifier
from workers.ml.data import InMemory
from workers.ml.onnx_files import PixelsToProbabilities, save_onnx
from workers.ml.task_model import predict, train_classifier
from workers.ml.trainer import Recipe

PIXELS, LABELS = digits(16)
META = {"project": "Küche", "cycle": 3, "classes": ["a", "b"]}


@pytest.fixture(scope="module")
def trained() -> Classifier:
    recipe = Recipe(epochs=1, minibatch=16)
    return train_classifier(InMemory(PIXELS[:64]), LABELS[:64], 10, "small_cnn", recipe, device=CPU)[0]


def answers(path: Path, pixels: torch.Tensor) -> NDArray[np.float32]:
    session = onnxruntime.InferenceSession(path)
    images = pixels.permute(0, 2, 3, 1).contiguous().numpy()
    found: list[NDArray[np.float32]] = session.run(None, {"images": images})
    return found[0]


@pytest.mark.parametrize("n", [1, 20])
def test_the_file_says_what_predict_says_of_any_number_of_images(
    tmp_path: Path, trained: Classifier, n: int
) -> None:
    save_onnx(tmp_path / "m.onnx", trained, 16, META)
    expected = predict(trained, InMemory(PIXELS[100 : 100 + n]), None, CPU)
    assert np.abs(answers(tmp_path / "m.onnx", PIXELS[100 : 100 + n]) - expected.numpy()).max() < 1e-4


@pytest.mark.parametrize("backbone", ["resnet18_small", "resnet18"])
def test_every_backbone_can_be_exported(tmp_path: Path, backbone: str) -> None:
    model = new_classifier(backbone, 3, 0).eval()
    save_onnx(tmp_path / "m.onnx", model, 16, META)
    expected = predict(model, InMemory(PIXELS[:2]), None, CPU)
    assert np.abs(answers(tmp_path / "m.onnx", PIXELS[:2]) - expected.numpy()).max() < 1e-4


def test_dropout_and_a_loss_head_leave_no_trace(tmp_path: Path) -> None:
    model = new_classifier("small_cnn", 3, 0, dropout=0.5, loss_head=True)
    save_onnx(tmp_path / "m.onnx", model, 16, META)
    expected = predict(model, InMemory(PIXELS[:8]), None, CPU)
    assert np.abs(answers(tmp_path / "m.onnx", PIXELS[:8]) - expected.numpy()).max() < 1e-4


def test_the_temperature_is_part_of_the_graph(tmp_path: Path, trained: Classifier) -> None:
    save_onnx(tmp_path / "m.onnx", trained, 16, META, temperature=2.5)
    plain = predict(trained, InMemory(PIXELS[:8]), None, CPU)
    expected = (plain.log() / 2.5).softmax(dim=1)
    assert np.abs(answers(tmp_path / "m.onnx", PIXELS[:8]) - expected.numpy()).max() < 1e-4
    assert (expected - plain).abs().max() > 1e-3


@pytest.mark.parametrize("temperature", [0.0, -1.0])
def test_a_temperature_that_cannot_be_is_refused(temperature: float) -> None:
    with pytest.raises(ValueError, match="temperature"):
        PixelsToProbabilities(new_classifier("small_cnn", 2, 0), temperature)


def test_the_metadata_can_be_read_back(tmp_path: Path, trained: Classifier) -> None:
    save_onnx(tmp_path / "m.onnx", trained, 16, META)
    session = onnxruntime.InferenceSession(tmp_path / "m.onnx")
    found: dict[str, Any] = session.get_modelmeta().custom_metadata_map
    assert (found["project"], json.loads(found["cycle"]), json.loads(found["classes"])) == (
        "Küche", 3, ["a", "b"],
    )  # fmt: skip
    (images,) = session.get_inputs()
    assert (images.name, images.type, images.shape[1:]) == ("images", "tensor(uint8)", [16, 16, 3])
    assert [file.name for file in tmp_path.iterdir()] == ["m.onnx"]

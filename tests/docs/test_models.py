"""The program in docs/models.md does what the page says."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from tests.ml.pictures import CPU
from workers.images.renditions import training_pixels
from workers.ml.backbones import new_classifier
from workers.ml.data import InMemory
from workers.ml.onnx_files import save_onnx
from workers.ml.task_model import predict

PAGE = Path(__file__).parents[2] / "docs/models.md"


def test_the_program_prints_what_the_service_would_predict(tmp_path: Path) -> None:
    (program,) = re.findall(r"```python\n(.+?)```", PAGE.read_text(), re.DOTALL)
    model = new_classifier("small_cnn", 3, 1).eval()
    names = ["ant", "bee", "cow"]
    save_onnx(tmp_path / "model.onnx", model, 24, {"classes": names, "image_size": 24})
    pixels = np.random.default_rng(0).integers(0, 256, (24, 40, 3), np.uint8)
    picture = Image.fromarray(pixels)
    picture.save(tmp_path / "photo.png")
    command = [sys.executable, "-c", program, str(tmp_path / "model.onnx"), str(tmp_path / "photo.png")]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()

    square = torch.from_numpy(training_pixels(picture, 24)).permute(2, 0, 1)[None]
    expected = predict(model, InMemory(square), None, CPU)[0].tolist()
    assert [line.split()[1] for line in printed] == names
    assert np.allclose([float(line.split()[0]) for line in printed], expected, atol=1e-4)

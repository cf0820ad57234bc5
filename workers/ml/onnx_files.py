"""Task models as ONNX files that take plain pixels and say what they are."""

import json
import os
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from workers.ml.backbones import Classifier
from workers.ml.device import normalise

IMAGES, PROBABILITIES = "images", "probabilities"


class PixelsToProbabilities(nn.Module):
    """uint8 RGB images (N, S, S, 3) to probabilities (N, C): all that lies between a picture and an answer.

    Logits are divided by `temperature` before the softmax (Guo et al. 2017, section 4.2), or the sigmoid of
    a model that tells several classes an image. Raises ValueError unless it is above 0.
    """

    def __init__(self, model: Classifier, temperature: float = 1.0) -> None:
        super().__init__()
        if not temperature > 0:
            raise ValueError(f"The temperature must be above 0, not {temperature}.")
        self.model = model
        self.temperature = temperature

    def forward(self, images: Tensor) -> Tensor:
        """Probabilities (N, C) of images (N, S, S, 3) as Pillow and NumPy have them, of 0..255."""
        logits: Tensor = self.model(normalise(images.permute(0, 3, 1, 2), images.device))
        return self.model.probabilities(logits / self.temperature)


def save_onnx(
    path: Path, model: Classifier, size: int, meta: dict[str, Any], *, temperature: float = 1.0
) -> None:
    """Write `model`, with its normalisation and its softmax or sigmoid, to `path`, in one step.

    The input is `images`, the output `probabilities`, as in `PixelsToProbabilities`, with `size` for S; N may
    be any number. `meta` (JSON-able) goes into the file's metadata, texts as they are, the rest as JSON.
    """
    network = PixelsToProbabilities(model.cpu(), temperature).eval()
    # More than one image: export takes a dimension of 1 for a constant.
    example = torch.zeros(2, size, size, 3, dtype=torch.uint8)
    program = torch.onnx.export(
        network,
        (example,),
        dynamo=True,
        input_names=[IMAGES],
        output_names=[PROBABILITIES],
        dynamic_shapes={"images": {0: torch.export.Dim("N", min=1)}},
        verbose=False,
    )
    assert program is not None  # noqa: S101  # so it is with dynamo=True
    told = {key: value if isinstance(value, str) else json.dumps(value) for key, value in meta.items()}
    program.model.metadata_props.update(told)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        program.save(part, external_data=False)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)

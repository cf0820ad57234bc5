"""Models as safetensors files that say what they are."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from workers.ml.backbones import Classifier

_KEY = "nextbatch"


def save_model(path: Path, model: Classifier, meta: dict[str, Any]) -> None:
    """Write weights and `meta` (JSON-able: pixels, class ids, ...) to `path`, in one step.

    What the model is (`backbone`, `outputs`, `dropout`, `loss_head`, `several`) is added to `meta`.
    """
    known = {
        "backbone": model.backbone_name,
        "outputs": model.outputs,
        "dropout": model.dropout.p,
        "loss_head": model.loss_head is not None,
        "several": model.several,
    }
    write_weights(path, model, meta | known)


def load_model(path: Path) -> tuple[Classifier, dict[str, Any]]:
    """The model, on the CPU and in evaluation mode, and its `meta` with what `save_model` adds.

    Files of before there were `dropout`, `loss_head` and `several` have none of them. Raises
    FileNotFoundError, and ValueError for a file that `save_model` did not write.
    """
    tensors, meta = read_weights(path)
    with refusing(path):
        model = Classifier(
            meta["backbone"],
            meta["outputs"],
            dropout=meta.get("dropout", 0.0),
            loss_head=meta.get("loss_head", False),
            several=meta.get("several", False),
        )
        model.load_state_dict(tensors)
    return model.eval(), meta


def write_weights(path: Path, model: nn.Module, meta: dict[str, Any]) -> None:
    """Write the weights of any module and its `meta` to `path`, in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in model.state_dict().items()}
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        save_file(tensors, part, metadata={_KEY: json.dumps(meta)})
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def read_weights(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The weights by name, on the CPU, and the `meta`, as `write_weights` wrote them.

    Raises FileNotFoundError, and ValueError for a file that it did not write.
    """
    with refusing(path), safe_open(path, framework="pt") as file:
        meta = json.loads((file.metadata() or {})[_KEY])
        return {name: file.get_tensor(name) for name in file.keys()}, dict(meta)  # noqa: SIM118


@contextmanager
def refusing(path: Path) -> Iterator[None]:
    """Turn whatever a broken or foreign file `path` leads to, within, into a ValueError that names it."""
    try:
        yield
    except FileNotFoundError:
        raise
    except (SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"{path.name} is not a model of this project: {error}") from error

"""The state of a training between two epochs, on disk."""

import copy
import hashlib
import os
import pickle
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import nn

from workers.ml.data import ImageData
from workers.ml.engine import Engine
from workers.ml.numerics import Numerics

if TYPE_CHECKING:
    from workers.ml.trainer import Recipe

# What torch and its unpickler raise on files that are cut short, empty, or something else altogether.
_UNREADABLE = (
    OSError, EOFError, RuntimeError, ValueError, KeyError, TypeError, AttributeError, pickle.UnpicklingError
)  # fmt: skip


def fingerprint(
    model: nn.Module, data: ImageData, recipe: "Recipe", identity: str, numerics: Numerics
) -> str:
    """A hash of all that decides the outcome of a training, the model's first weights among it."""
    assert is_dataclass(recipe)  # noqa: S101
    decides = asdict(recipe), data.fingerprint(), identity, numerics.as_dict()
    digest = hashlib.sha256(repr(decides).encode())
    for name, tensor in model.state_dict().items():
        digest.update(f"{name} {tuple(tensor.shape)}".encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def save(path: Path, fingerprint: str, engine: Engine, history: list[float]) -> None:
    """Replace the checkpoint in one step: a kill at any moment leaves the old one or the new one.

    No generator's state is in it, since each epoch seeds its generators anew.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    state = {"fingerprint": fingerprint, "history": history, **engine.state()}
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def resume(path: Path | None, fingerprint: str, engine: Engine) -> list[float]:
    """Load the checkpoint into `engine`, and give the mean losses of the epochs behind it.

    An empty list, and nothing changed, if there is no checkpoint, or it is unreadable or of another run.
    """
    if path is None or not path.exists():
        return []
    before = copy.deepcopy(engine.state())
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        if state["fingerprint"] != fingerprint:
            return []
        engine.load(state)
        return [float(loss) for loss in state["history"]]
    except _UNREADABLE:
        engine.load(before)
        return []

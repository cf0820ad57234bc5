"""Trained pretext models as safetensors files."""

from pathlib import Path
from typing import Any

from workers.ml.model_files import read_weights, refusing, write_weights
from workers.ml.pretext.registry import PRETEXT_TASKS
from workers.ml.pretext.task import PretextModel


def save_pretext_model(path: Path, task_name: str, model: PretextModel, meta: dict[str, Any]) -> None:
    """Write weights and `meta` (JSON-able) to `path`, in one step.

    The names of task and backbone are added to `meta`.
    """
    write_weights(path, model, {**meta, "task": task_name, "backbone": model.backbone_name})


def load_pretext_model(path: Path) -> tuple[PretextModel, dict[str, Any]]:
    """The model, on the CPU and in evaluation mode, and its `meta` with `task` and `backbone`.

    Raises FileNotFoundError, and ValueError for a file of another kind or of a task unknown here.
    """
    tensors, meta = read_weights(path)
    with refusing(path):
        model: PretextModel = PRETEXT_TASKS[meta["task"]].build(meta["backbone"], seed=0)
        model.load_state_dict(tensors)
    return model.eval(), meta

"""Training of a pretext task on the pool, without labels (PT4AL, section 3.1)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from workers.ml.data import ImageData, Progress, no_progress
from workers.ml.numerics import PLAIN, Numerics
from workers.ml.pretext.registry import PRETEXT_TASKS
from workers.ml.pretext.task import PretextModel, PretextTask
from workers.ml.seeds import derived_seed
from workers.ml.trainer import FitResult, Recipe, Step, fit


def train_pretext(
    data: ImageData,
    task_name: str,
    backbone: str,
    recipe: Recipe,
    device: torch.device,
    *,
    checkpoint: Path | None = None,
    progress: Progress = no_progress,
    numerics: Numerics = PLAIN,
) -> tuple[PretextModel, FitResult]:
    """A model trained from `recipe.seed` on all images of `data`.

    Raises KeyError for an unknown task or backbone, and what `fit` raises.
    """
    task = PRETEXT_TASKS[task_name]
    model: PretextModel = task.build(backbone, derived_seed(recipe.seed, "pretext weights"))
    result = fit(
        model,
        data,
        _PretextLoss(task),
        recipe,
        device,
        checkpoint=checkpoint,
        progress=progress,
        identity=f"pretext {task_name} {backbone}",
        numerics=numerics,
    )
    return model, result


@dataclass(frozen=True)
class _PretextLoss:
    """A task's loss, as `fit` wants it."""

    task: PretextTask[Any]

    def __call__(self, model: nn.Module, x: Tensor, step: Step) -> Tensor:
        return self.task.training_loss(model, x, step.generator)

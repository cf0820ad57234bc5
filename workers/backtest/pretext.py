"""Pretext runs of a backtest: one a task and seed, shared by every plan that looks at it."""

from dataclasses import dataclass, replace

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from app.domain.backtest import TrainingConfig
from workers.backtest.labelled_set import LabelledSet
from workers.backtest.store import Store, key_of
from workers.ml.backbones import Backbone
from workers.ml.data import Progress, no_progress
from workers.ml.numerics import PLAIN, Numerics
from workers.ml.pretext.model_files import load_pretext_model, save_pretext_model
from workers.ml.pretext.registry import PRETEXT_TASKS
from workers.ml.pretext.scoring import pretext_features, pretext_losses
from workers.ml.pretext.training import train_pretext
from workers.ml.seeds import derived_seed

KIND = "pretext"


@dataclass(frozen=True)
class PretextRun:
    """The losses (N,) and features (N, D) that a pretext run gave the pool, in the pool's order."""

    key: str
    losses: Tensor
    features: Tensor
    store: Store

    def backbone(self) -> Backbone:
        """The trained backbone, loaded anew."""
        model, _ = load_pretext_model(self.store.file(KIND, self.key, ".safetensors"))
        return model.backbone


def pretext_run(
    store: Store,
    task_name: str,
    backbone: str,
    data: LabelledSet,
    *,
    seed: int,
    training: TrainingConfig,
    flip: bool,
    device: torch.device,
    progress: Progress = no_progress,
    numerics: Numerics = PLAIN,
) -> PretextRun:
    """Train `task_name` on all pool images, without labels, or take the run out of the store."""
    ids = data.pool.ids
    key = key_of(task_name, backbone, ids, seed, training, flip, *numerics.marks)
    weights, scores = store.file(KIND, key, ".safetensors"), store.file(KIND, key, ".scores")
    with store.alone(KIND, key):
        if store.read(KIND, key) is None:
            task = PRETEXT_TASKS[task_name]
            weights_seed = derived_seed(seed, "pretext") % 2**31
            default = task.recipe(len(ids), device, training.epochs, weights_seed, flip=flip)
            model, result = train_pretext(
                data.images(ids),
                task_name,
                backbone,
                replace(default, **training.said()),
                device,
                checkpoint=store.file(KIND, key, ".pt"),
                progress=progress,
                numerics=numerics,
            )
            losses = pretext_losses(model, task, data.images(ids), device)
            features = pretext_features(model, data.images(ids), device)
            save_pretext_model(weights, task_name, model, {})
            save_file({"losses": losses, "features": features.contiguous()}, scores)
            store.write(KIND, key, {"task": task_name, "seed": seed, "history": result.history})
            store.file(KIND, key, ".pt").unlink(missing_ok=True)
    found = load_file(scores)
    return PretextRun(key, found["losses"], found["features"], store)

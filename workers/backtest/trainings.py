"""Task models of a backtest, trained once for all plans that come to the same labels."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from app.domain.backtest import TrainingConfig
from workers.backtest.labelled_set import LabelledSet
from workers.backtest.oracle import Exam
from workers.backtest.store import Store, key_of
from workers.ml.backbones import Backbone, Classifier
from workers.ml.model_files import load_model, save_model
from workers.ml.numerics import PLAIN, Numerics
from workers.ml.recipes import task_recipe
from workers.ml.task_model import predict, train_classifier
from workers.ml.trainer import Recipe

_KIND = "trainings"


@dataclass(frozen=True)
class Training:
    """How task models are trained here: the same for every plan, but for what its strategy must ask."""

    backbone: str
    training: TrainingConfig
    flip: bool
    balance: str
    dropout: float
    loss_head: bool
    pretext_key: str | None  # of the pretext run whose backbone it starts from; None: fresh weights


def recipe_of(
    training: TrainingConfig, n_labels: int, device: torch.device, seed: int, *, flip: bool
) -> Recipe:
    """The default recipe for `n_labels` images, but for what `training` says."""
    return replace(task_recipe(n_labels, device, training.epochs, seed, flip=flip), **training.said())


@dataclass(frozen=True)
class Trained:
    """A task model's file and its marks."""

    weights: Path
    validation: dict[str, Any]
    test: dict[str, Any]

    def model(self) -> Classifier:
        """The model, loaded anew."""
        return load_model(self.weights)[0]


def train(
    store: Store,
    how: Training,
    labels: dict[str, int],
    data: LabelledSet,
    *,
    seed: int,
    device: torch.device,
    start_from: Backbone | None = None,
    numerics: Numerics = PLAIN,
) -> Trained:
    """A task model on `labels` (class by image), out of the store if these were trained on before.

    It is marked on the validation and the test split, and never chosen by either. Equal labels with equal
    seeds give equal models, whatever plan asked for them and in whatever order.
    """
    ids = sorted(labels)
    classes = [labels[image] for image in ids]
    key = key_of(ids, classes, seed, data.classes, vars(how), *numerics.marks)
    weights = store.file(_KIND, key, ".safetensors")
    with store.alone(_KIND, key):
        record = store.read(_KIND, key)
        if record is None:
            checkpoint = store.file(_KIND, key, ".pt")
            model, _ = train_classifier(
                data.images(ids),
                classes,
                len(data.classes),
                how.backbone,
                recipe_of(how.training, len(ids), device, seed, flip=how.flip),
                device=device,
                checkpoint=checkpoint,
                balance=how.balance,
                dropout=how.dropout,
                loss_head=how.loss_head,
                start_from=start_from,
                numerics=numerics,
            )
            record = {"labels": len(ids)}
            for name, split in (("validation", data.validation), ("test", data.test)):
                exam = Exam(split)
                probs = predict(model, data.images(exam.ids), None, device)
                record[name] = exam.mark(probs).as_dict() if exam.ids else {}
            save_model(weights, model, {})
            checkpoint.unlink(missing_ok=True)
            store.write(_KIND, key, record)
    return Trained(weights, record["validation"], record["test"])

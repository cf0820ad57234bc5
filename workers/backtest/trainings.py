"""Task models of a backtest, trained once for all plans that come to the same labels."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from workers.backtest.oracle import Exam
from workers.backtest.store import Store, key_of
from workers.ml.backbones import Backbone, Classifier
from workers.ml.data import ImageData
from workers.ml.model_files import load_model, save_model
from workers.ml.recipes import task_recipe
from workers.ml.task_model import predict, train_classifier

_KIND = "trainings"

# Gives the pixels of images by content hash, in the order asked for.
ImagesOf = Callable[[list[str]], ImageData]


@dataclass(frozen=True)
class Training:
    """How task models are trained here: the same for every plan, but for what its strategy must ask."""

    backbone: str
    epochs: int | None
    flip: bool
    dropout: float
    loss_head: bool
    pretext_key: str | None  # of the pretext run whose backbone it starts from; None: fresh weights


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
    ids: list[str],
    labels: list[int],
    classes: int,
    images: ImagesOf,
    exams: tuple[Exam, Exam],
    *,
    seed: int,
    device: torch.device,
    start_from: Backbone | None = None,
) -> Trained:
    """A task model on `ids` and their `labels`, out of the store if these were trained on before.

    `exams` are those of the validation and of the test split; the model is never chosen by either. Equal
    label sets with equal seeds give equal models, whatever plan asked and in whatever order.
    """
    order = sorted(range(len(ids)), key=ids.__getitem__)
    ids, labels = [ids[row] for row in order], [labels[row] for row in order]
    key = key_of(ids, labels, seed, classes, vars(how))
    weights = store.file(_KIND, key, ".safetensors")
    with store.alone(_KIND, key):
        record = store.read(_KIND, key)
        if record is None:
            recipe = task_recipe(len(ids), device, how.epochs, seed, flip=how.flip)
            model, _ = train_classifier(
                images(ids),
                labels,
                classes,
                how.backbone,
                recipe,
                device=device,
                checkpoint=store.file(_KIND, key, ".pt"),
                dropout=how.dropout,
                loss_head=how.loss_head,
                start_from=start_from,
            )
            marks = [
                exam.mark(predict(model, images(exam.ids), None, device)).as_dict() if exam.ids else {}
                for exam in exams
            ]
            save_model(weights, model, {})
            store.file(_KIND, key, ".pt").unlink(missing_ok=True)
            record = {"labels": len(ids), "validation": marks[0], "test": marks[1]}
            store.write(_KIND, key, record)
    return Trained(weights, record["validation"], record["test"])

"""The classifier of the user's real task: training on labels, and prediction."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from workers.ml.backbones import Backbone, Classifier, new_classifier
from workers.ml.balance import BALANCES, BalancedOrder
from workers.ml.data import ImageData, Progress, Rows, no_progress
from workers.ml.inference import answers
from workers.ml.model_files import load_model, save_model
from workers.ml.numerics import PLAIN, Numerics
from workers.ml.recipes import task_recipe
from workers.ml.seeds import derived_seed
from workers.ml.task_losses import task_loss
from workers.ml.trainer import FitResult, Recipe, fit

__all__ = ["load_model", "predict", "save_model", "task_recipe", "train_classifier"]


def train_classifier(
    data: ImageData,
    labels: Sequence[int],
    classes: int,
    backbone: str,
    recipe: Recipe,
    *,
    device: torch.device,
    balance: str = "none",
    dropout: float = 0.0,
    loss_head: bool = False,
    start_from: Backbone | None = None,
    checkpoint: Path | None = None,
    progress: Progress = no_progress,
    numerics: Numerics = PLAIN,
) -> tuple[Classifier, FitResult]:
    """A fresh classifier of `classes` outputs, trained by cross-entropy on `data` and its `labels` (N,).

    Not all classes need labels. `balance` says what is done for classes with few of them: `none`, `loss`
    (their images count more: `image_weights`) or `sampling` (they come more often: `balanced_order`).
    `dropout` and `loss_head` are as for `Classifier`; the loss head learns the order of the unweighted losses
    beside the task (Yoo & Kweon 2019, section 3.3). `start_from` gives the backbone its first weights in
    place of fresh ones. Raises ValueError if the labels do not fit the data or the classes, there is no such
    balance, dropout is out of range, or `start_from` is another backbone, KeyError for an unknown backbone,
    and what `fit` raises.
    """
    if len(labels) != len(data):
        raise ValueError(f"There are {len(labels)} labels for {len(data)} images.")
    if any(not 0 <= label < classes for label in labels):
        raise ValueError(f"Labels must lie within 0..{classes - 1}.")
    if balance not in BALANCES:
        raise ValueError(f"There is no balance {balance!r}.")
    seed = derived_seed(recipe.seed, "task weights")
    model = new_classifier(backbone, classes, seed, dropout=dropout, loss_head=loss_head)
    if start_from is not None:
        copy_weights(start_from, model.backbone)
    digest = hashlib.sha256(np.asarray(labels, np.int64).tobytes()).hexdigest()
    how = f"dropout {dropout} loss head {loss_head} balance {balance}"
    result = fit(
        model,
        data,
        task_loss(labels, balance, loss_head=loss_head),
        recipe,
        device,
        order=BalancedOrder(labels) if balance == "sampling" and labels else None,
        checkpoint=checkpoint,
        progress=progress,
        identity=f"task {backbone} {classes} {how} {digest}",
        numerics=numerics,
    )
    return model, result


def copy_weights(source: Backbone, target: Backbone) -> None:
    """Give one backbone the weights of another; raises ValueError if it is of another kind."""
    try:
        target.load_state_dict(source.state_dict())
    except RuntimeError as error:
        raise ValueError("The backbone to start from is of another kind.") from error


def predict(
    model: Classifier,
    data: ImageData,
    rows: Rows | None,
    device: torch.device,
    *,
    minibatch: int = 256,
    progress: Progress = no_progress,
) -> Tensor:
    """The softmax of plain logits for `rows` of `data` (None: all): (N, C) float32, on the CPU.

    Their sigmoid, if the model tells several classes an image. The model is in evaluation mode.
    """

    def probabilities(x: Tensor) -> Tensor:
        return model.probabilities(model(x))

    return answers(model, probabilities, data, rows, device, minibatch=minibatch, progress=progress)

"""The classifier where an image may show several classes: one yes or no a class."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from workers.ml.backbones import Backbone, Classifier, new_classifier
from workers.ml.data import ImageData, Progress, no_progress
from workers.ml.loss_head import SHAPES_BACKBONE_UNTIL, WEIGHT, ranking_loss
from workers.ml.numerics import PLAIN, Numerics
from workers.ml.seeds import derived_seed
from workers.ml.task_model import copy_weights
from workers.ml.trainer import FitResult, Recipe, Step, fit

BALANCES = ("none", "loss")
# As in `balance`: above about a thousand images a class's number says little more.
_BETA = 0.999


def train_with_sets(
    data: ImageData,
    truth: Tensor,
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
    """A fresh classifier with `several`, trained on `data` and `truth` (N, C), bool: which classes it shows.

    Its loss is the binary cross-entropy, summed over classes, with `positive_weights` if `balance` is `loss`.
    An image may show frequent and rare classes at once, so that there is no sampling that balances them. The
    rest is as for `train_classifier`, errors included.
    """
    if truth.ndim != 2 or len(truth) != len(data) or truth.dtype != torch.bool:
        raise ValueError(f"{truth.dtype} labels {tuple(truth.shape)} do not fit {len(data)} images.")
    if balance not in BALANCES:
        raise ValueError(f"There is no balance {balance!r} where images may have several classes.")
    seed = derived_seed(recipe.seed, "task weights")
    classes = truth.shape[1]
    model = new_classifier(backbone, classes, seed, dropout=dropout, loss_head=loss_head, several=True)
    if start_from is not None:
        copy_weights(start_from, model.backbone)
    digest = hashlib.sha256(truth.numpy().tobytes()).hexdigest()
    weights = positive_weights(truth) if balance == "loss" else torch.ones(classes)
    kind = _LossWithHead if loss_head else _PlainLoss
    result = fit(
        model,
        data,
        kind(truth.float(), weights),
        recipe,
        device,
        checkpoint=checkpoint,
        progress=progress,
        identity=f"sets {backbone} {classes} dropout {dropout} loss head {loss_head} {balance} {digest}",
        numerics=numerics,
    )
    return model, result


def positive_weights(truth: Tensor) -> Tensor:
    """How much more an image with a class counts for it than one without: (C,) of `truth` (N, C), bool.

    The ratio of the effective numbers of images without and with it (Cui et al. 2019, section 3, as in
    `balance.image_weights`): with few labels that of the plain numbers. 1 for a class that no image shows.
    """
    present = truth.sum(dim=0).double()
    absent = len(truth) - present
    ratio = (1 - _BETA**absent) / (1 - _BETA**present).clamp_min(1 - _BETA)
    return torch.where((present > 0) & (absent > 0), ratio, 1.0).float()


@dataclass
class _PlainLoss:
    """The mean over images of the binary cross-entropy with `truth` (N, C), summed over classes."""

    truth: Tensor
    weights: Tensor

    def __call__(self, model: nn.Module, x: Tensor, step: Step) -> Tensor:
        return self.losses(model(x), step.rows).mean()

    def losses(self, logits: Tensor, rows: Tensor) -> Tensor:
        """The loss of each of `rows` (M,); what they are compared with stays on their device."""
        self.truth, self.weights = self.truth.to(rows.device), self.weights.to(rows.device)
        truth = self.truth[rows]
        each = F.binary_cross_entropy_with_logits(logits, truth, pos_weight=self.weights, reduction="none")
        return each.sum(dim=1)


class _LossWithHead(_PlainLoss):
    """The same, and beside it the order of the losses that the model predicts (Yoo & Kweon 2019)."""

    def __call__(self, model: nn.Module, x: Tensor, step: Step) -> Tensor:
        logits, predicted = model(x, shape_backbone=step.part < SHAPES_BACKBONE_UNTIL)
        losses = self.losses(logits, step.rows)
        return losses.mean() + WEIGHT * ranking_loss(predicted, losses)

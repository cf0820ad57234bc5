"""What a training of a classifier minimises. Classes, not closures: several devices need them pickled."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from workers.ml.balance import image_weights
from workers.ml.loss_head import SHAPES_BACKBONE_UNTIL, WEIGHT, ranking_loss
from workers.ml.trainer import LossFn, Step


def task_loss(labels: Sequence[int], balance: str, *, loss_head: bool) -> LossFn:
    """The cross-entropy with `labels` (N,), weighted by class if `balance` is `loss`.

    With `loss_head` the order of the losses is learned beside it (Yoo & Kweon 2019, section 3.3).
    """
    weights = image_weights(labels) if balance == "loss" and labels else None
    kind = _LossWithHead if loss_head else _PlainLoss
    return kind(torch.tensor(labels, dtype=torch.int64), weights)


@dataclass
class _PlainLoss:
    """The mean cross-entropy with `truth` (N,), each image's times its one of `weights` (N,) if given."""

    truth: Tensor
    weights: Tensor | None

    def __call__(self, model: nn.Module, x: Tensor, step: Step) -> Tensor:
        logits, truth = model(x), self.of(step.rows)
        if self.weights is None:  # the same but for rounding; fused
            return F.cross_entropy(logits, truth)
        return self.mean(F.cross_entropy(logits, truth, reduction="none"), step.rows)

    def of(self, rows: Tensor) -> Tensor:
        """The truth of `rows`, on their device, where it stays from then on."""
        self.truth = self.truth.to(rows.device)
        return self.truth[rows]

    def mean(self, losses: Tensor, rows: Tensor) -> Tensor:
        """The weighted mean of the `losses` (M,) of `rows` (M,)."""
        if self.weights is None:
            return losses.mean()
        self.weights = self.weights.to(rows.device)
        return (losses * self.weights[rows]).mean()


class _LossWithHead(_PlainLoss):
    """The same, and beside it the order of the losses that the model predicts."""

    def __call__(self, model: nn.Module, x: Tensor, step: Step) -> Tensor:
        logits, predicted = model(x, shape_backbone=step.part < SHAPES_BACKBONE_UNTIL)
        losses = F.cross_entropy(logits, self.of(step.rows), reduction="none")
        return self.mean(losses, step.rows) + WEIGHT * ranking_loss(predicted, losses)

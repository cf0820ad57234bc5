"""A task model's answers for stored images."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import torch
from torch import Tensor

from app.db.models import Model
from workers.ml.backbones import Classifier
from workers.ml.calibration import calibrated
from workers.ml.class_columns import ClassColumns
from workers.ml.set_evaluation import PLAIN_THRESHOLD, decided
from workers.ml.task_model import predict
from workers.pipelines.claim import Claim, Stage
from workers.pipelines.models import stored_model
from workers.pipelines.pixels import cached_images

T = TypeVar("T")


@dataclass(frozen=True)
class Predictor:
    """A task model, the size of the images it takes, and the classes it tells by the names of now.

    `thresholds`, one a column, are those from which on a model of several classes an image tells each.
    """

    model: Classifier
    size: int
    columns: ClassColumns[str]
    device: torch.device
    thresholds: Sequence[float] = ()

    @property
    def names(self) -> list[str]:
        """The present classes that it can tell, in the order of `probs`."""
        return self.columns.present

    def probs(self, claim: Claim, shas: list[str], stage: Stage) -> Tensor:
        """The plain softmax, or the sigmoid, (N, C) for the images of these content hashes."""
        plain = self._plain(claim, shas, stage)
        return self.columns.fold_sets(plain) if self.model.several else self.columns.fold(plain)

    def answers(self, claim: Claim, shas: list[str], stage: Stage) -> list[str]:
        """The name of each image's most probable class, or those of all that it shows, as one text."""
        if not self.model.several:
            return [self.names[place] for place in self.probs(claim, shas, stage).argmax(dim=1).tolist()]
        shown = sets_told(self._plain(claim, shas, stage), self.thresholds, self.columns)
        return ["\n".join(name for name, yes in zip(self.names, row, strict=True) if yes) for row in shown]

    def _plain(self, claim: Claim, shas: list[str], stage: Stage) -> Tensor:
        data = cached_images(claim.project_id, self.size, shas, stage)
        return predict(self.model, data, None, self.device, progress=stage)


def sets_told(probs: Tensor, thresholds: Sequence[float], columns: ClassColumns[T]) -> list[list[bool]]:
    """Which present classes are told of images, from `probs` (N, C) of those that the model was trained on.

    Without thresholds from 0.5 on.
    """
    yes = decided(probs, thresholds or [PLAIN_THRESHOLD] * probs.shape[1])
    rows: list[list[bool]] = columns.fold_sets(yes.float()).bool().tolist()
    return rows


def sureness(plain: Tensor, model: Classifier, meta: dict[str, Any], columns: ClassColumns[T]) -> Tensor:
    """How sure a model is of its answers (N,), from `plain` (N, C) of the classes that it was trained on.

    The confidence that people see: calibrated where the model is. Where it tells several classes, the mean
    over them of how sure it is that the image has the class, or has it not.
    """
    if model.several:
        yes = torch.tensor(sets_told(plain, meta.get("thresholds") or (), columns))
        probs = columns.fold_sets(plain)
        return torch.where(yes, probs, 1 - probs).mean(dim=1)
    # A temperature belongs to the classes that the model was trained on, so it comes before the folding.
    temperature = meta.get("temperature")
    return columns.fold(plain if temperature is None else calibrated(plain, temperature)).amax(dim=1)


def stored_predictor(row: Model, told: list[str | None], device: torch.device) -> Predictor:
    """A model out of the blob store; `told` are the present names of its classes, None for those removed.

    Raises FileNotFoundError, ValueError.
    """
    model, meta = stored_model(row.weights_sha256)
    columns = ClassColumns.of(told)
    return Predictor(model, meta["pixels"], columns, device, meta.get("thresholds") or ())

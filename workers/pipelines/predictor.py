"""A task model's answers for stored images."""

from dataclasses import dataclass

import torch
from torch import Tensor

from app.db.models import Model
from workers.ml.backbones import Classifier
from workers.ml.class_columns import ClassColumns
from workers.ml.task_model import predict
from workers.pipelines.claim import Claim, Stage
from workers.pipelines.models import stored_model
from workers.pipelines.pixels import cached_images


@dataclass(frozen=True)
class Predictor:
    """A task model, the size of the images it takes, and the classes it tells by the names of now."""

    model: Classifier
    size: int
    columns: ClassColumns[str]
    device: torch.device

    @property
    def names(self) -> list[str]:
        """The present classes that it can tell, in the order of `probs`."""
        return self.columns.present

    def probs(self, claim: Claim, shas: list[str], stage: Stage) -> Tensor:
        """The plain softmax (N, C) for the images of these content hashes."""
        data = cached_images(claim.project_id, self.size, shas, stage)
        return self.columns.fold(predict(self.model, data, None, self.device, progress=stage))

    def answers(self, claim: Claim, shas: list[str], stage: Stage) -> list[str]:
        """The name of each image's most probable class."""
        return [self.names[place] for place in self.probs(claim, shas, stage).argmax(dim=1).tolist()]


def stored_predictor(row: Model, told: list[str | None], device: torch.device) -> Predictor:
    """A model out of the blob store; `told` are the present names of its classes, None for those removed.

    Raises FileNotFoundError, ValueError.
    """
    model, meta = stored_model(row.weights_sha256)
    return Predictor(model, meta["pixels"], ClassColumns.of(told), device)

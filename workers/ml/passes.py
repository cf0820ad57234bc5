"""What a network says of many images: forward passes, the same wherever they are computed.

Minibatches are counted from the first image. Cut into pieces of a multiple of `MINIBATCH`, images meet
the same minibatches as in one go, and get the same answers to the last bit.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from workers.ml.data import ImageData, Progress, no_progress
from workers.ml.features import task_features
from workers.ml.predicted_losses import predicted_losses
from workers.ml.pretext.scoring import pretext_losses
from workers.ml.pretext.task import PretextTask
from workers.ml.task_model import predict

MINIBATCH = 256


class Output(StrEnum):
    """What may be asked of a network, for each image."""

    PRETEXT_LOSSES = "pretext_losses"  # (N,) float64
    PROBS = "probs"  # (N, C) float32
    PREDICTED_LOSSES = "predicted_losses"  # (N,) float32
    FEATURES = "features"  # (N, D) float32
    HALF_FEATURES = "half_features"  # (N, D) float16, for those that are kept


@dataclass(frozen=True)
class Network:
    """A trained network; `task` is there if it is a pretext model."""

    model: Any
    task: PretextTask[Any] | None = None


class Scored(Protocol):
    """Images, and what a network says of them."""

    def __len__(self) -> int:
        """How many images."""
        ...

    def ask(self, outputs: Iterable[Output]) -> dict[Output, Tensor]:
        """Each output, a row an image, on the CPU."""
        ...


class Here:
    """Images that are scored by this process, in one go."""

    def __init__(
        self, model: nn.Module | None, data: ImageData, device: torch.device, progress: Progress = no_progress
    ) -> None:
        self._network, self._data, self._device, self._progress = Network(model), data, device, progress

    def __len__(self) -> int:
        return len(self._data)

    def ask(self, outputs: Iterable[Output]) -> dict[Output, Tensor]:
        """Each output, a row an image, on the CPU."""
        return passes(self._network, self._data, outputs, self._device, self._progress)


def passes(
    network: Network,
    data: ImageData,
    outputs: Iterable[Output],
    device: torch.device,
    progress: Progress = no_progress,
) -> dict[Output, Tensor]:
    """Each of `outputs` for all of `data`, on the CPU. Raises what a network raises that has none such."""
    wanted = list(outputs)
    return {
        output: _PASSES[output](network, data, device, _part(progress, place, len(wanted)))
        for place, output in enumerate(wanted)
    }


def _part(progress: Progress, place: int, of: int) -> Progress:
    """The progress of one of several passes of the same length."""
    return lambda part, message: progress((place + part) / of, message)


def _pretext_losses(network: Network, data: ImageData, device: torch.device, progress: Progress) -> Tensor:
    if network.task is None:
        raise ValueError("Only a pretext model gives pretext losses.")
    return pretext_losses(network.model, network.task, data, device, minibatch=MINIBATCH, progress=progress)


def _probs(network: Network, data: ImageData, device: torch.device, progress: Progress) -> Tensor:
    return predict(network.model, data, None, device, minibatch=MINIBATCH, progress=progress)


def _predicted_losses(network: Network, data: ImageData, device: torch.device, progress: Progress) -> Tensor:
    return predicted_losses(network.model, data, None, device, minibatch=MINIBATCH, progress=progress)


def _features(network: Network, data: ImageData, device: torch.device, progress: Progress) -> Tensor:
    return task_features(network.model, data, None, device, minibatch=MINIBATCH, progress=progress)


def _half_features(network: Network, data: ImageData, device: torch.device, progress: Progress) -> Tensor:
    return _features(network, data, device, progress).half()


_PASSES: dict[Output, Callable[[Network, ImageData, torch.device, Progress], Tensor]] = {
    Output.PRETEXT_LOSSES: _pretext_losses,
    Output.PROBS: _probs,
    Output.PREDICTED_LOSSES: _predicted_losses,
    Output.FEATURES: _features,
    Output.HALF_FEATURES: _half_features,
}

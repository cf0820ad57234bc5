"""Confidences that mean something: one temperature for all logits (Guo et al. 2017, section 4.2)."""

from collections.abc import Sequence

import torch
from scipy.optimize import minimize_scalar
from torch import Tensor

from workers.ml.said import Said

FEWEST = 50  # a temperature fitted on fewer images would be chance
# Beyond these every model is either sure of everything or of nothing.
LOWEST, HIGHEST = 0.1, 20.0
_SMALLEST = 1e-38


class NotCalibrated(ValueError):
    """There is no temperature to be had; what it says tells people why."""

    def __init__(self, said: Said) -> None:
        super().__init__(said)
        self.said = said


def calibrated(probs: Tensor, temperature: float) -> Tensor:
    """The softmax of logits over `temperature`, from their plain softmax `probs` (N, C): (N, C) float32.

    A softmax forgets only what all logits have in common, so that its logarithms stand for the logits. The
    top class of an image stays what it was. The order of images by their top-class probability may change,
    since it depends on the other classes as well: a query must keep to the plain softmax (PT4AL, section
    3.3), and only what people are shown is calibrated.
    """
    logits = probs.double().clamp_min(_SMALLEST).log()
    return (logits / temperature).softmax(dim=1).float()


def fit_temperature(probs: Tensor, labels: Sequence[int]) -> float:
    """The temperature, 0.1 to 20, that makes the log loss of `labels` (N,) under `probs` (N, C) least.

    Both must be of images that the model was not trained on, and that it is not marked on either. Raises
    NotCalibrated for fewer than 50 images, and where the model makes no mistake on them: the log loss then
    falls for ever as the temperature falls.
    """
    if len(labels) < FEWEST:
        text = (
            "Confidences are not calibrated: that takes {fewest} labelled validation images, and there are "
            "{count}."
        )
        raise NotCalibrated(Said("few_to_calibrate", text, fewest=FEWEST, count=len(labels)))
    truth = torch.tensor(labels)[:, None]
    logits = probs.double().clamp_min(_SMALLEST).log()
    if bool((logits.gather(1, truth)[:, 0] == logits.amax(dim=1)).all()):
        text = "Confidences are not calibrated: the model makes no mistake on the validation images."
        raise NotCalibrated(Said("no_mistakes", text))

    def log_loss(inverse: float) -> float:
        return float(-(logits * inverse).log_softmax(dim=1).gather(1, truth).mean())

    # Convex in the inverse temperature.
    bounds = 1 / HIGHEST, 1 / LOWEST
    return float(1 / minimize_scalar(log_loss, bounds=bounds, method="bounded", options={"xatol": 1e-4}).x)


def cross_calibrated(probs: Tensor, labels: Sequence[int]) -> Tensor:
    """`probs` (N, C) as calibrated by temperatures that know nothing of their `labels` (N,): (N, C) float32.

    For images that must serve both to fit and to mark. Two halves, every other image: each is calibrated by
    what the other one says. Raises NotCalibrated if one of the halves cannot say anything.
    """
    done = torch.empty_like(probs, dtype=torch.float32)
    for half, other in ((slice(0, None, 2), slice(1, None, 2)), (slice(1, None, 2), slice(0, None, 2))):
        done[half] = calibrated(probs[half], fit_temperature(probs[other], labels[other]))
    return done

"""Uncertainty where an image may show several classes, and each of them is a yes or no of its own.

A. Esuli & F. Sebastiani, "Active Learning Strategies for Multi-Label Text Classification", ECIR 2009: what
the binary classifiers say is joined over classes, by its mean or by its least. All of it is about
probabilities, not about the thresholds from which on classes are told.
"""

from torch import Tensor, special


def confidence(probs: Tensor) -> Tensor:
    """The probability of the likelier answer, its mean over classes: (n,) of `probs` (n, C)."""
    return probs.maximum(1 - probs).mean(dim=1)


def least_margin(probs: Tensor) -> Tensor:
    """The probability of the likelier answer less the other's, of the class with the least: (n,)."""
    return margins(probs).amin(dim=1)


def margins(probs: Tensor) -> Tensor:
    """The probability of the likelier answer less the other's, for each class: (n, C)."""
    return (2 * probs - 1).abs()


def mean_entropy(probs: Tensor) -> Tensor:
    """The binary entropy, its mean over classes, in nats: (..., n) of `probs` (..., n, C)."""
    each: Tensor = special.entr(probs) + special.entr(1 - probs)
    return each.mean(dim=-1)

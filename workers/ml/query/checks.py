"""What every query strategy refuses."""

from torch import Tensor

from workers.ml.query.strategy import Candidates


def refuse_bad_sizes(n: int, budget: int) -> None:
    """Raises ValueError if `n` or `budget` is negative."""
    if n < 0 or budget < 0:
        raise ValueError(f"Cannot choose {budget} of {n} images.")


def checked_probs(candidates: Candidates) -> Tensor:
    """The probabilities, if they are (n, C) with C >= 1 and without a NaN; else ValueError."""
    probs = candidates.probs
    if probs is None:
        raise ValueError("This query strategy needs the task model's probabilities.")
    if probs.ndim != 2 or len(probs) != candidates.n or probs.shape[1] < 1:
        raise ValueError(f"The probabilities are {tuple(probs.shape)}, not ({candidates.n}, classes).")
    if probs.isnan().any():
        raise ValueError("A probability is not a number.")
    return probs


def checked_sampled_probs(candidates: Candidates) -> Tensor:
    """The sampled probabilities, if they are (T, n, C) with T, C >= 1 and without a NaN; else ValueError."""
    probs = candidates.sampled_probs
    if probs is None:
        raise ValueError("This query strategy needs the task model's sampled probabilities.")
    if probs.ndim != 3 or probs.shape[1] != candidates.n or probs.shape[0] < 1 or probs.shape[2] < 1:
        shape = tuple(probs.shape)
        raise ValueError(f"The sampled probabilities are {shape}, not (passes, {candidates.n}, classes).")
    if probs.isnan().any():
        raise ValueError("A sampled probability is not a number.")
    return probs


def checked_losses(candidates: Candidates) -> Tensor:
    """The predicted losses, if they are (n,) and without a NaN; else ValueError."""
    losses = candidates.predicted_losses
    if losses is None:
        raise ValueError("This query strategy needs the task model's predicted losses.")
    if losses.shape != (candidates.n,):
        raise ValueError(f"The predicted losses are {tuple(losses.shape)}, not ({candidates.n},).")
    if losses.isnan().any():
        raise ValueError("A predicted loss is not a number.")
    return losses


def checked_features(candidates: Candidates) -> tuple[Tensor, Tensor]:
    """Features of the candidates (n, D) and of the labelled images (m, D), m possibly 0; else ValueError."""
    features = candidates.features
    if features is None:
        raise ValueError("This query strategy needs features.")
    if features.ndim != 2 or len(features) != candidates.n or features.shape[1] < 1:
        raise ValueError(f"The features are {tuple(features.shape)}, not ({candidates.n}, width).")
    labelled = candidates.labelled_features
    if labelled is None:
        labelled = features.new_empty(0, features.shape[1])
    if labelled.ndim != 2 or labelled.shape[1] != features.shape[1]:
        raise ValueError(f"The labelled features are {tuple(labelled.shape)}, of another width.")
    if not (features.isfinite().all() and labelled.isfinite().all()):
        raise ValueError("A feature is not a finite number.")
    return features.float(), labelled.float()

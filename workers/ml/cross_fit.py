"""Probabilities for labelled images under models that have not seen their labels."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from workers.ml.data import ImageData, Progress, Rows, no_progress
from workers.ml.numerics import PLAIN, Numerics
from workers.ml.said import Said
from workers.ml.seeds import derived_seed
from workers.ml.task_model import predict, train_classifier
from workers.ml.trainer import Recipe


def folds_of(labels: Sequence[int], folds: int, seed: int) -> Rows:
    """The fold 0..folds-1 of each image (N,): drawn by the seed, stratified.

    Of each class, as of all images, any two folds hold numbers that differ by one at most. Raises ValueError
    if there are fewer than two folds, or fewer images than folds.
    """
    if not 2 <= folds <= len(labels):
        raise ValueError(f"{len(labels)} images cannot be put into {folds} folds.")
    chance = np.random.default_rng(derived_seed(seed, "folds")).permutation(len(labels))
    found = np.empty(len(labels), np.int64)
    found[np.lexsort((chance, np.asarray(labels)))] = np.arange(len(labels)) % folds
    return found


def cross_fitted_probs(
    images: Callable[[Rows], ImageData],
    labels: Sequence[int],
    classes: int,
    backbone: str,
    recipe: Callable[[int, int], Recipe],
    *,
    folds: int,
    seed: int,
    device: torch.device,
    balance: str = "none",
    numerics: Numerics = PLAIN,
    kept: Path | None = None,
    progress: Progress = no_progress,
) -> Tensor:
    """The softmax (N, classes) for each image of a model trained on the folds that it is not in.

    (A model's opinion of its own training images would only tell how well they are remembered.) `images`
    gives the pixels of some rows; `recipe` says how to train on so many images with a seed. What is done
    goes to the folder `kept`, from where a later call with the same images, labels and recipes goes on.
    Raises ValueError as `folds_of`, and what `train_classifier` raises.
    """
    fold_of = folds_of(labels, folds, seed)
    found = torch.zeros(len(labels), classes)
    for fold in range(folds):
        inside, outside = np.flatnonzero(fold_of == fold), np.flatnonzero(fold_of != fold)
        how = recipe(len(outside), derived_seed(seed, "fold", fold) % 2**31)
        told = [labels[row] for row in outside.tolist()]
        learnt, asked = images(outside), images(inside)
        decides = told, classes, backbone, how, balance, numerics
        identity = hashlib.sha256(
            repr((learnt.fingerprint(), asked.fingerprint(), *decides)).encode()
        ).hexdigest()
        done = kept and kept / f"fold-{fold}.safetensors"
        probs = _read(done, identity)
        if probs is None:
            model, _ = train_classifier(
                learnt,
                told,
                classes,
                backbone,
                how,
                device=device,
                balance=balance,
                numerics=numerics,
                checkpoint=kept and kept / f"fold-{fold}.pt",
                progress=_part_of(progress, fold, folds),
            )
            probs = predict(model, asked, None, device)
            _write(done, identity, probs)
        found[inside] = probs
        step = Said("fold", "fold {fold} of {folds}", fold=fold + 1, folds=folds)
        progress((fold + 1) / folds, step)
    return found


def _part_of(progress: Progress, fold: int, folds: int) -> Progress:
    def tell(part: float, message: str) -> None:
        text = "fold {fold} of {folds}: {step}"
        progress((fold + part) / folds, Said("fold", text, fold=fold + 1, folds=folds, step=message))

    return tell


def _read(path: Path | None, identity: str) -> Tensor | None:
    """A fold's probabilities, unless they are not there, cut short, or another run's."""
    if path is None or not path.exists():
        return None
    try:
        with safe_open(path, framework="pt") as file:
            if (file.metadata() or {}).get("identity") == identity:
                probs: Tensor = file.get_tensor("probs")
                return probs
    except SafetensorError:
        pass
    return None


def _write(path: Path | None, identity: str, probs: Tensor) -> None:
    if path is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    save_file({"probs": probs.contiguous()}, part, {"identity": identity})
    part.replace(path)  # a kill leaves nothing half-written under the name that is read
    path.with_suffix(".pt").unlink(missing_ok=True)

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.ml.pictures import CPU, digits
from workers.ml import cross_fit
from workers.ml.cross_fit import cross_fitted_probs, folds_of
from workers.ml.data import ImageData, InMemory, Rows
from workers.ml.task_model import train_classifier
from workers.ml.trainer import Recipe

PIXELS, TRUTH = digits(8)
N = 24


def images(rows: Rows) -> ImageData:
    return InMemory(PIXELS[torch.from_numpy(rows)])


def recipe(_n: int, seed: int) -> Recipe:
    return Recipe(1, minibatch=8, seed=seed)


def fitted(kept: Path | None = None, labels: list[int] | None = None) -> torch.Tensor:
    told = labels or TRUTH[:N]
    return cross_fitted_probs(images, told, 10, "small_cnn", recipe, folds=3, seed=1, device=CPU, kept=kept)


@pytest.fixture
def trainings(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[int]]]:
    """What was trained: the fingerprint of the images, and their labels."""
    done: list[tuple[str, list[int]]] = []

    def noted(data: ImageData, labels: list[int], *args: Any, **kwargs: Any) -> Any:
        done.append((data.fingerprint(), list(labels)))
        return train_classifier(data, labels, *args, **kwargs)

    monkeypatch.setattr(cross_fit, "train_classifier", noted)
    return done


def test_folds_are_stratified_and_of_one_size() -> None:
    labels = TRUTH[:100]
    fold_of = folds_of(labels, 4, seed=0)
    assert sorted(Counter(fold_of.tolist()).values()) == [25] * 4
    for label in range(10):
        of_class = np.bincount(fold_of[np.array(labels) == label], minlength=4)
        assert of_class.max() - of_class.min() <= 1


def test_folds_follow_the_seed() -> None:
    one, same, other = (folds_of(TRUTH[:50], 5, seed).tolist() for seed in (0, 0, 1))
    assert one == same
    assert one != other


@pytest.mark.parametrize("folds", [1, 4])
def test_folds_that_cannot_be_are_refused(folds: int) -> None:
    with pytest.raises(ValueError, match="cannot be put into"):
        folds_of([0, 1, 0], folds, seed=0)


def test_each_image_is_marked_by_a_model_that_has_not_seen_it(trainings: list[tuple[str, list[int]]]) -> None:
    probs = fitted()
    fold_of = folds_of(TRUTH[:N], 3, seed=1)
    outside = [np.flatnonzero(fold_of != fold) for fold in range(3)]
    assert trainings == [(images(rows).fingerprint(), [TRUTH[row] for row in rows]) for rows in outside]
    assert torch.allclose(probs.sum(dim=1), torch.ones(N))


def test_folds_that_are_done_are_not_trained_again(
    tmp_path: Path, trainings: list[tuple[str, list[int]]]
) -> None:
    once = fitted(tmp_path)
    (tmp_path / "fold-1.safetensors").unlink()
    (tmp_path / "fold-2.safetensors").write_bytes(b"cut short")
    assert torch.equal(fitted(tmp_path), once)
    assert len(trainings) == 3 + 2


def test_folds_of_other_labels_do_not_count(tmp_path: Path, trainings: list[tuple[str, list[int]]]) -> None:
    fitted(tmp_path)
    fitted(tmp_path, labels=TRUTH[:N][::-1])
    assert len(trainings) == 6

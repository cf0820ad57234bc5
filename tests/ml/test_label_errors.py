import subprocess
import sys

import numpy as np
import pytest
import torch
from torch import Tensor

from workers.ml.label_errors import suspects


def sure_of(classes: list[int], among: int = 3, confidence: float = 0.9) -> Tensor:
    """Probabilities of a model that is sure of one class an image."""
    probs = torch.full((len(classes), among), (1 - confidence) / (among - 1))
    probs[torch.arange(len(classes)), torch.tensor(classes)] = confidence
    return probs


def test_labels_that_models_contradict_are_suspected_with_the_class_they_see() -> None:
    truth = [0, 1, 2] * 20
    given = list(truth)
    given[4], given[30] = 2, 1
    found = suspects(sure_of(truth), given)
    assert {(s.row, s.suggested) for s in found} == {(4, 1), (30, 0)}
    assert all(s.confidence == pytest.approx(0.9) and s.score == pytest.approx(0.05) for s in found)


def test_the_worst_comes_first() -> None:
    truth = [0, 1, 2] * 20
    given = list(truth)
    given[4], given[30] = 2, 1
    probs = sure_of(truth)
    probs[30] = torch.tensor([0.98, 0.01, 0.01])
    assert [s.row for s in suspects(probs, given)] == [30, 4]


def test_labels_that_models_agree_with_are_not_suspected() -> None:
    truth = [0, 1, 2] * 20
    assert suspects(sure_of(truth), truth) == []


def test_a_given_class_is_never_suggested() -> None:
    chance = np.random.default_rng(0)
    given = chance.integers(0, 4, 200).tolist()
    found = suspects(torch.from_numpy(chance.dirichlet([1] * 4, 200)).float(), given)
    assert found
    assert all(s.suggested != given[s.row] for s in found)


def test_probabilities_of_other_images_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        suspects(sure_of([0, 1]), [0])


def test_a_worker_starts_without_cleanlab() -> None:
    code = "import sys, workers.tasks.registry; print('cleanlab' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"

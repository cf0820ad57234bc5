"""Features in two dimensions, for people to look at."""

import re
from contextlib import redirect_stdout
from io import TextIOBase

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE
from sklearn.preprocessing import normalize
from threadpoolctl import threadpool_limits
from torch import Tensor

from workers.ml.data import Progress, no_progress
from workers.ml.said import Said

LEAST = 5  # rows; fewer have no neighbourhoods
_STEPS = 1000
_COMPONENTS = 50
_FEW = 2000


def flat(features: Tensor, seed: int, progress: Progress = no_progress) -> NDArray[np.float32]:
    """A point (N, 2) for each row of `features` (N, D); rows that are alike lie close together.

    t-SNE (van der Maaten and Hinton 2008) on unit vectors, of which PCA keeps 50 dimensions, as its authors
    do. The longer side of all points is 0..1, and the shorter one is in the middle of that. Raises
    ValueError for fewer than five rows.
    """
    if len(features) < LEAST:
        raise ValueError(f"A map needs {LEAST} rows at least.")
    unit = normalize(features.float().numpy())
    if min(unit.shape) > _COMPONENTS:
        unit = PCA(_COMPONENTS, random_state=seed).fit_transform(unit)
    perplexity = min(30.0, (len(unit) - 1) / 3)
    machine = TSNE(perplexity=perplexity, init="pca", random_state=seed, max_iter=_STEPS, verbose=2)
    # Few rows are quicker on one thread than on several that wait for each other.
    threads = 1 if len(unit) < _FEW else None
    with redirect_stdout(_Heard(progress)), threadpool_limits(threads):
        points = machine.fit_transform(unit)
    low, high = points.min(axis=0), points.max(axis=0)
    scaled = (points - (low + high) / 2) / max(float((high - low).max()), 1e-9) + 0.5
    return np.asarray(scaled, dtype=np.float32)


class _Heard(TextIOBase):
    """Hears how far scikit-learn's t-SNE is, which tells it to nobody but the standard output."""

    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self._progress = progress

    def write(self, text: str) -> int:
        if found := re.search(r"Iteration (\d+)", text):
            step = int(found[1])
            told = Said("map_step", "step {step} of at most {steps}", step=step, steps=_STEPS)
            self._progress(min(1.0, step / _STEPS), told)
        return len(text)

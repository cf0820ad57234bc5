"""Why a plan does what it does: task losses to compare with, and where the picks lie."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from sklearn.manifold import TSNE
from sklearn.preprocessing import normalize
from torch import Tensor

from workers.backtest.replay import Bench
from workers.backtest.store import key_of
from workers.backtest.trainings import recipe_of
from workers.ml.seeds import derived_seed
from workers.ml.task_model import predict, train_classifier

FOLDS = 5
_KIND = "losses"
_MOST_POINTS = 2000
_SMALLEST = 1e-12


def cross_fitted_losses(bench: Bench, seed: int) -> Tensor:
    """The task loss (N,) of each pool image under a model that has not seen its label.

    Five folds, each marked by a model trained on the other four. (A model's loss on its own training images
    would tell how well they are remembered, not how hard they are.)
    """
    pool, config = bench.data.pool, bench.config
    how = bench.backbone, config.task_training.said(), config.flip, config.balance
    key = key_of(pool.ids, pool.labels, *how, seed, *bench.choice.numerics.marks)
    scores = bench.store.file(_KIND, key, ".scores")
    with bench.store.alone(_KIND, key):
        if bench.store.read(_KIND, key) is None:
            generator = np.random.default_rng(derived_seed(seed, "folds"))
            fold_of = generator.permutation(np.arange(len(pool.ids)) % FOLDS)
            losses = torch.zeros(len(pool.ids), dtype=torch.float64)
            for fold in range(FOLDS):
                _mark_fold(bench, seed, fold, fold_of, losses)
            save_file({"losses": losses}, scores)
            bench.store.write(_KIND, key, {"seed": seed, "folds": FOLDS})
    return load_file(scores)["losses"]


def _mark_fold(bench: Bench, seed: int, fold: int, fold_of: NDArray[np.int64], losses: Tensor) -> None:
    pool, config = bench.data.pool, bench.config
    inside = np.flatnonzero(fold_of == fold)
    outside = np.flatnonzero(fold_of != fold)
    fold_seed = derived_seed(seed, "fold", fold) % 2**31
    model, _ = train_classifier(
        bench.data.images([pool.ids[row] for row in outside]),
        [pool.labels[row] for row in outside],
        len(bench.data.classes),
        bench.backbone,
        recipe_of(config.task_training, len(outside), bench.device, fold_seed, flip=config.flip),
        device=bench.device,
        balance=config.balance.value,
        numerics=bench.choice.numerics,
    )
    probs = predict(model, bench.data.images([pool.ids[row] for row in inside]), None, bench.device)
    truth = torch.tensor([pool.labels[row] for row in inside])
    losses[inside] = -probs.double().gather(1, truth[:, None]).squeeze(1).clamp_min(_SMALLEST).log()


def embedding(features: Tensor, wanted: list[int], seed: int) -> dict[str, Any]:
    """Two coordinates for the rows `wanted` of `features` (N, D) and for others, at most 2,000 in all.

    t-SNE (van der Maaten and Hinton 2008) on unit vectors. The others are drawn at random, so that the shape
    of the pool can be seen behind the picks.
    """
    chance = np.random.default_rng(derived_seed(seed, "embedding"))
    first = list(dict.fromkeys(wanted))[: _MOST_POINTS // 2]
    others = np.setdiff1d(np.arange(len(features)), first)
    drawn = chance.choice(others, min(len(others), _MOST_POINTS - len(first)), replace=False)
    rows = [*first, *sorted(int(row) for row in drawn)]
    unit = normalize(features[rows].numpy())
    if len(rows) < 5:
        return {"rows": rows, "points": [[0.0, 0.0] for _ in rows]}
    perplexity = min(30.0, (len(rows) - 1) / 3)
    points = TSNE(perplexity=perplexity, init="pca", random_state=seed).fit_transform(unit)
    return {"rows": rows, "points": np.round(points, 2).tolist()}

"""Why a plan does what it does: task losses to compare with, and where the picks lie."""

import shutil
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from workers.backtest.replay import Bench
from workers.backtest.store import key_of
from workers.backtest.trainings import recipe_of
from workers.ml.cross_fit import cross_fitted_probs
from workers.ml.embedding import LEAST, flat
from workers.ml.seeds import derived_seed

FOLDS = 5
_KIND = "losses"
_MOST_POINTS = 2000
_SMALLEST = 1e-12


def cross_fitted_losses(bench: Bench, seed: int) -> Tensor:
    """The task loss (N,) of each pool image under a model that has not seen its label.

    Five folds, each marked by a model trained on the other four.
    """
    pool, config = bench.data.pool, bench.config
    how = bench.backbone, config.task_training.said(), config.flip, config.balance
    key = key_of("stratified", pool.ids, pool.labels, *how, seed, *bench.choice.numerics.marks)
    scores = bench.store.file(_KIND, key, ".scores")
    with bench.store.alone(_KIND, key):
        if bench.store.read(_KIND, key) is None:
            probs = cross_fitted_probs(
                lambda rows: bench.data.images([pool.ids[row] for row in rows]),
                pool.labels,
                len(bench.data.classes),
                bench.backbone,
                lambda n, fold_seed: recipe_of(
                    config.task_training, n, bench.device, fold_seed, flip=config.flip
                ),
                folds=FOLDS,
                seed=seed,
                device=bench.device,
                balance=config.balance.value,
                numerics=bench.choice.numerics,
                kept=bench.store.file(_KIND, key, ".folds"),
            )
            truth = torch.tensor(pool.labels)[:, None]
            losses = -probs.double().gather(1, truth).squeeze(1).clamp_min(_SMALLEST).log()
            save_file({"losses": losses}, scores)
            bench.store.write(_KIND, key, {"seed": seed, "folds": FOLDS})
            shutil.rmtree(bench.store.file(_KIND, key, ".folds"), ignore_errors=True)
    return load_file(scores)["losses"]


def embedding(features: Tensor, wanted: list[int], seed: int) -> dict[str, Any]:
    """Two coordinates for the rows `wanted` of `features` (N, D) and for others, at most 2,000 in all.

    The others are drawn at random, so that the shape of the pool can be seen behind the picks.
    """
    chance = np.random.default_rng(derived_seed(seed, "embedding"))
    first = list(dict.fromkeys(wanted))[: _MOST_POINTS // 2]
    others = np.setdiff1d(np.arange(len(features)), first)
    drawn = chance.choice(others, min(len(others), _MOST_POINTS - len(first)), replace=False)
    rows = [*first, *sorted(int(row) for row in drawn)]
    if len(rows) < LEAST:
        return {"rows": rows, "points": [[0.0, 0.0] for _ in rows]}
    return {"rows": rows, "points": np.round(flat(features[rows], seed).astype(float), 4).tolist()}

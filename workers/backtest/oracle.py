"""Who knows the answers, and what may be asked of them: the checks that keep a backtest honest."""

from collections.abc import Sequence

import torch
from torch import Tensor

from workers.backtest.labelled_set import Labelled
from workers.ml.evaluation import Metrics, evaluate


class Cheating(Exception):
    """A plan asked for what it must not know; the backtest is void."""


class Oracle:
    """Gives the labels of pool images, each once, as annotators would."""

    def __init__(self, pool: Labelled, forbidden: Sequence[str]) -> None:
        if leaked := set(pool.ids).intersection(forbidden):
            raise Cheating(f"{len(leaked)} held-out images are in the pool, such as {min(leaked)}.")
        self._truth = pool.truth
        self._asked: dict[str, int] = {}

    def ask(self, ids: Sequence[str]) -> None:
        """Reveal the labels of `ids`. Raises Cheating for an image asked twice or outside the pool."""
        for image in ids:
            if image not in self._truth:
                raise Cheating(f"{image} is not in the pool: its label must stay hidden.")
            if image in self._asked:
                raise Cheating(f"{image} was asked for twice.")
            self._asked[image] = self._truth[image]

    @property
    def labels(self) -> dict[str, int]:
        """What was revealed so far, by image."""
        return dict(self._asked)


class Exam:
    """Marks predictions for held-out images; their labels never leave it."""

    def __init__(self, held_out: Labelled) -> None:
        self.ids = list(held_out.ids)
        self._labels = torch.tensor(held_out.labels, dtype=torch.int64)

    def mark(self, probs: Tensor) -> Metrics:
        """The metrics of probabilities (N, C) for `ids`, in their order. Raises ValueError as `evaluate`."""
        return evaluate(probs, self._labels)

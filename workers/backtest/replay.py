"""One plan, one seed: every cycle as the live service would run it, with an oracle for annotators.

The protocol follows Munjal et al. 2022, Lueth et al. 2023 and Ji et al. 2023: fresh weights each cycle, one
recipe for all plans, separate streams of chance for the initial set, the weights, the shuffling and the
query, and no look at the test split but to mark.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from app.domain.backtest import BacktestConfig
from app.domain.enums import ModelStart, NearDuplicates, PoolScope
from app.domain.plans import Plan
from workers.backtest.labelled_set import LabelledSet
from workers.backtest.oracle import Oracle
from workers.backtest.pretext import PretextRun, pretext_run
from workers.backtest.store import Store, key_of
from workers.backtest.trainings import Trained, Training, train
from workers.ml.backbones import Backbone
from workers.ml.choice import Choice
from workers.ml.passes import Here
from workers.ml.query.inputs import known_of
from workers.ml.query.near_duplicates import askable
from workers.ml.query.pool import open_rows
from workers.ml.query.registry import QUERY_STRATEGIES
from workers.ml.ranking import rank, split_pool
from workers.ml.seeds import derived_seed

KIND = "cycles"


@dataclass(frozen=True)
class Bench:
    """What all replays of a backtest share."""

    config: BacktestConfig
    data: LabelledSet
    store: Store
    backbone: str
    device: torch.device
    choice: Choice = Choice()  # noqa: RUF009  # frozen

    def pretext(self, plan: Plan, seed: int) -> PretextRun:
        """The pretext run that a plan looks at."""
        config = self.config
        return pretext_run(
            self.store,
            plan.pretext_task.value,
            self.backbone,
            self.data,
            seed=seed,
            training=config.pretext_training,
            flip=config.flip,
            device=self.device,
            numerics=self.choice.numerics,
        )

    def train(
        self, how: Training, labels: dict[str, int], seed: int, start_from: Backbone | None = None
    ) -> Trained:
        """A task model on `labels` (class by image), marked on both exams."""
        return train(
            self.store,
            how,
            labels,
            self.data,
            seed=seed,
            device=self.device,
            start_from=start_from,
            numerics=self.choice.numerics,
        )

    @cached_property
    def _images_key(self) -> str:
        """Hashed once: every look at the progress asks for every cycle's key."""
        return key_of(self.data.pool.ids, self.data.pool.labels, self.data.test.ids)

    def cycle_key(self, plan: Plan, seed: int, number: int) -> str:
        """The name of one cycle's record; changes with all that decides it."""
        config = self.config
        leave = {"plans", "seeds", "first_seed", "cycles", "ceiling", "diagnostics"}
        decides = config.model_dump(mode="json", exclude=leave)
        decides |= {"pool_batches": config.pool_batches or config.cycles}
        rules = plan.model_dump(mode="json", exclude={"name", "summary"})
        marks = self.choice.numerics.marks
        return key_of(decides, rules, self._images_key, self.backbone, seed, number, *marks)


class Replay:
    """The loop of one plan and seed."""

    def __init__(self, bench: Bench, plan: Plan, seed: int) -> None:
        self.bench, self.plan, self.seed = bench, plan, seed
        held_out = [*bench.data.test.ids, *bench.data.validation.ids]
        self.oracle = Oracle(bench.data.pool, held_out)
        self.run = bench.pretext(plan, seed) if plan.needs_pretext_run else None
        self.batch_of = pool_batches(bench, plan, seed, self.run)
        self._place = {image: row for row, image in enumerate(bench.data.pool.ids)}
        self.model: Trained | None = None

    def cycles(self) -> Iterator[dict[str, Any]]:
        """Yield the record of each cycle, those of the store first, until the pool is used up.

        Raises Cheating.
        """
        for number in range(1, self.bench.config.cycles + 1):
            key = self.bench.cycle_key(self.plan, self.seed, number)
            record = self.bench.store.read(KIND, key)
            picked, held_back = (record["picked"], 0) if record else self._query(number)
            if not picked:
                return
            self.oracle.ask(picked)
            self.model = self._train(number)
            if record is None:
                record = {
                    "seed": self.seed,
                    "cycle": number,
                    "labels": len(self.oracle.labels),
                    "picked": picked,
                    "held_back": held_back,
                    "validation": self.model.validation,
                    "test": self.model.test,
                }
                self.bench.store.write(KIND, key, record)
            yield record

    def _query(self, number: int) -> tuple[list[str], int]:
        """The images that a cycle asks for, and how many near-duplicates wait."""
        data, labelled = self.bench.data, list(self.oracle.labels)
        left = [image for image in self.batch_of if image not in self.oracle.labels]
        wanted = number if self.plan.scope is PoolScope.POOL_BATCH else 1
        rows, _ = open_rows([self.batch_of[image] for image in left], wanted)
        ids = [left[row] for row in rows]
        held_back = 0
        if self.bench.config.near_duplicates is NearDuplicates.ASK_ONCE:
            found = askable(data.images(ids), data.images(labelled))
            ids, held_back = [ids[row] for row in found.rows], found.held_back
        strategy = QUERY_STRATEGIES[self.plan.rule(has_model=self.model is not None).value]
        model = self.model.model() if self.model else None
        known = known_of(
            strategy,
            Here(model, data.images(ids), self.bench.device),
            Here(model, data.images(labelled), self.bench.device),
            model,
            self.bench.device,
            pretext_features=self._features(ids),
            labelled_pretext_features=self._features(labelled),
            seed=derived_seed(self.seed, "sampling", number),
        )
        stream = "query" if self.model else "initial set"
        chosen = strategy(known, self.bench.config.budget, derived_seed(self.seed, stream, number))
        return [ids[row] for row in chosen], held_back

    def _features(self, ids: list[str]) -> Tensor | None:
        """The pretext features of images (n, D)."""
        if self.run is None:
            return None
        return self.run.features[[self._place[image] for image in ids]]

    def _train(self, number: int) -> Trained:
        config, strategy = self.bench.config, QUERY_STRATEGIES[self.plan.later.value]
        start = self.run if self.plan.start is ModelStart.PRETEXT else None
        how = Training(
            backbone=self.bench.backbone,
            training=config.task_training,
            flip=config.flip,
            balance=config.balance.value,
            dropout=strategy.dropout,
            loss_head=strategy.loss_head,
            pretext_key=start.key if start else None,
        )
        seed = derived_seed(self.seed, "training", number) % 2**31
        return self.bench.train(how, self.oracle.labels, seed, start.backbone() if start else None)


def replay(bench: Bench, plan: Plan, seed: int) -> Iterator[dict[str, Any]]:
    """Yield the records of `Replay.cycles`."""
    yield from Replay(bench, plan, seed).cycles()


def pool_batches(bench: Bench, plan: Plan, seed: int, run: PretextRun | None) -> dict[str, int]:
    """The pool batch of each image, in rank order; for plans without, all in one and in the pool's order."""
    ids = bench.data.pool.ids
    if plan.scope is PoolScope.POOL or run is None:
        return dict.fromkeys(ids, 1)
    order = rank(run.losses.tolist(), ids, plan.order.value, seed=derived_seed(seed, "order"))
    parts = split_pool(len(ids), bench.config.pool_batches or bench.config.cycles)
    return {ids[order[place]]: number for number, part in enumerate(parts, start=1) for place in part}

"""One plan, one seed: every cycle as the live service would run it, with an oracle for annotators.

The protocol follows Munjal et al. 2022, Lueth et al. 2023 and Ji et al. 2023: fresh weights each cycle, one
recipe for all plans, separate streams of chance for the initial set, the weights, the shuffling and the query,
and no look at the test split but to mark.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch

from app.domain.backtest import BacktestConfig
from app.domain.enums import ModelStart, PoolScope
from app.domain.plans import Plan
from workers.backtest.labelled_set import LabelledSet
from workers.backtest.oracle import Exam, Oracle
from workers.backtest.pretext import PretextRun, pretext_run
from workers.backtest.store import Store, key_of
from workers.backtest.trainings import Trained, Training, train
from workers.ml.query.inputs import known_of
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

    @property
    def exams(self) -> tuple[Exam, Exam]:
        """The validation's and the test's."""
        return Exam(self.data.validation), Exam(self.data.test)

    def pretext(self, plan: Plan, seed: int) -> PretextRun:
        """The pretext run that a plan looks at."""
        config = self.config
        return pretext_run(
            self.store,
            plan.pretext_task.value,
            self.backbone,
            self.data.pool.ids,
            self.data.images,
            seed=seed,
            epochs=config.pretext_epochs,
            flip=config.flip,
            device=self.device,
        )

    def cycle_key(self, plan: Plan, seed: int, number: int) -> str:
        """The name of one cycle's record; changes with all that decides it."""
        config = self.config
        decides = config.model_dump(
            mode="json", exclude={"plans", "seeds", "first_seed", "cycles", "ceiling"}
        )
        decides |= {"pool_batches": config.pool_batches or config.cycles}
        rules = plan.model_dump(mode="json", exclude={"name", "summary"})
        pool = key_of(self.data.pool.ids, self.data.pool.labels, self.data.test.ids)
        return key_of(decides, rules, pool, self.backbone, seed, number)


def replay(bench: Bench, plan: Plan, seed: int) -> Iterator[dict[str, Any]]:
    """Yield the record of each cycle, those of the store first. Raises Cheating."""
    data = bench.data
    oracle = Oracle(data.pool, [*data.test.ids, *data.validation.ids])
    run = bench.pretext(plan, seed) if plan.needs_pretext_run else None
    batch_of = pool_batches(bench, plan, seed)
    model: Trained | None = None
    for number in range(1, bench.config.cycles + 1):
        key = bench.cycle_key(plan, seed, number)
        record = bench.store.read(KIND, key)
        picked = (
            record["picked"] if record else _query(bench, plan, seed, number, oracle, model, run, batch_of)
        )
        if not picked:
            return
        oracle.ask(picked)
        model = _train(bench, plan, seed, number, oracle, run)
        if record is None:
            record = {
                "plan": plan.name,
                "seed": seed,
                "cycle": number,
                "labels": len(oracle.labels),
                "picked": picked,
                "validation": model.validation,
                "test": model.test,
            }
            bench.store.write(KIND, key, record)
        yield record | {"plan": plan.name}


def pool_batches(bench: Bench, plan: Plan, seed: int) -> dict[str, int]:
    """The pool batch of each image, in rank order; without pool batches, all in one and in the pool's order."""
    ids = bench.data.pool.ids
    if plan.scope is PoolScope.POOL:
        return dict.fromkeys(ids, 1)
    run = bench.pretext(plan, seed)
    order = rank(run.losses.tolist(), ids, plan.order.value, seed=derived_seed(seed, "order"))
    parts = split_pool(len(ids), bench.config.pool_batches or bench.config.cycles)
    return {ids[order[place]]: number for number, part in enumerate(parts, start=1) for place in part}


def _query(
    bench: Bench,
    plan: Plan,
    seed: int,
    number: int,
    oracle: Oracle,
    model: Trained | None,
    run: PretextRun | None,
    batch_of: dict[str, int],
) -> list[str]:
    labelled = list(oracle.labels)
    left = [image for image in batch_of if image not in oracle.labels]
    wanted = number if plan.scope is PoolScope.POOL_BATCH else 1
    rows, _ = open_rows([batch_of[image] for image in left], wanted)
    ids = [left[row] for row in rows]
    strategy = QUERY_STRATEGIES[plan.rule(has_model=model is not None).value]
    place = {image: row for row, image in enumerate(bench.data.pool.ids)}
    known = known_of(
        strategy,
        bench.data.images(ids),
        bench.data.images(labelled),
        model.model() if model else None,
        bench.device,
        pretext_features=run.features[[place[image] for image in ids]] if run else None,
        labelled_pretext_features=run.features[[place[image] for image in labelled]] if run else None,
        seed=derived_seed(seed, "sampling", number),
    )
    stream = "initial set" if model is None else "query"
    chosen = strategy(known, bench.config.budget, derived_seed(seed, stream, number))
    return [ids[row] for row in chosen]


def _train(
    bench: Bench, plan: Plan, seed: int, number: int, oracle: Oracle, run: PretextRun | None
) -> Trained:
    strategy = QUERY_STRATEGIES[plan.later.value]
    from_pretext = plan.start is ModelStart.PRETEXT and run is not None
    how = Training(
        backbone=bench.backbone,
        epochs=bench.config.task_epochs,
        flip=bench.config.flip,
        dropout=strategy.dropout,
        loss_head=strategy.loss_head,
        pretext_key=run.key if from_pretext and run else None,
    )
    return train(
        bench.store,
        how,
        list(oracle.labels),
        list(oracle.labels.values()),
        len(bench.data.classes),
        bench.data.images,
        bench.exams,
        seed=derived_seed(seed, "training", number) % 2**31,
        device=bench.device,
        start_from=run.backbone() if from_pretext and run else None,
    )

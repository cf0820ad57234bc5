"""A whole backtest: all plans and seeds over some processes, then the report's numbers."""

import os
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Literal

import torch

from app.domain.backtest import BacktestConfig
from app.domain.plans import Plan
from workers.backtest.diagnostics import cross_fitted_losses
from workers.backtest.labelled_set import LabelledSet
from workers.backtest.replay import KIND, Bench, replay
from workers.backtest.store import Store
from workers.backtest.trainings import Training, recipe_of
from workers.ml.backbones import default_backbone
from workers.ml.choice import choose, pinned
from workers.ml.data import Progress, no_progress
from workers.ml.device import pick_device, usable_cores
from workers.ml.measurement import Workload
from workers.ml.numerics import Precision
from workers.ml.said import Said
from workers.ml.seeds import derived_seed
from workers.orphans import die_with

_LOOK_SECONDS = 1.0


@dataclass(frozen=True)
class Task:
    """One piece of a backtest that a process does on its own; its results go into the store."""

    kind: str  # `replay`, `ceiling` or `losses`
    seed: int
    plan: Plan | None = None


def bench_of(
    config: BacktestConfig, data: LabelledSet, store: Store, numerics: Literal["auto"] | Precision = "fp32"
) -> Bench:
    """The setting of a backtest on this machine, with the `numerics` that all its trainings have.

    `auto` measures once, and keeps what came of it in the store.
    """
    device = pick_device()
    backbone = config.backbone or default_backbone(config.image_size, device.type)
    if numerics != "auto":
        return Bench(config, data, store, backbone, device, pinned(numerics))
    labels = config.budget * config.cycles
    recipe = recipe_of(config.task_training, labels, device, config.first_seed, flip=config.flip)
    work = Workload(device, backbone, config.image_size, recipe.minibatch)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # as in the processes of `run`
    try:
        choice = choose(store.folder / "numerics.json", work, recipe.steps(labels))
    finally:
        torch.set_num_threads(threads)
    return Bench(config, data, store, backbone, device, choice)


def seeds_of(config: BacktestConfig) -> list[int]:
    """The seeds of all repetitions."""
    return list(range(config.first_seed, config.first_seed + config.seeds))


def tasks_of(config: BacktestConfig) -> list[Task]:
    """All pieces; neighbours share no pretext run, so that processes do not wait for each other."""
    seeds = seeds_of(config)
    tasks = [Task("replay", seed, plan) for plan in config.resolved_plans() for seed in seeds]
    if config.ceiling:
        tasks += [Task("ceiling", seed) for seed in seeds]
    if config.diagnostics:
        tasks.append(Task("losses", seeds[0]))
    return tasks


def run(bench: Bench, *, processes: int | None = None, progress: Progress = no_progress) -> None:
    """Do all that the store does not hold yet. Raises Cheating, and what a piece raises.

    Each process works with one thread on the CPU: small networks gain more from a second process than from
    a second thread, and one thread gives the same numbers whatever else runs.
    """
    count = processes or (usable_cores() if bench.device.type == "cpu" else 1)
    tasks = tasks_of(bench.config)
    context = get_context("spawn")
    with ProcessPoolExecutor(
        count, mp_context=context, initializer=_prepare, initargs=(os.getpid(),)
    ) as pool:
        waiting: set[Future[None]] = {pool.submit(do, bench, task) for task in tasks}
        try:
            keys = list(_keys(bench, tasks))
            while waiting:
                ended, waiting = wait(waiting, timeout=_LOOK_SECONDS, return_when=FIRST_COMPLETED)
                for future in ended:
                    future.result()
                done, total = _done(bench, tasks, keys, waiting)
                progress(
                    done / total, Said("trainings", "{done} of {total} trainings", done=done, total=total)
                )
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def do(bench: Bench, task: Task) -> None:
    """Do one piece; what the store holds of it is not done again."""
    if task.plan is not None:
        for _ in replay(bench, task.plan, task.seed):
            pass
    elif task.kind == "ceiling":
        ceiling(bench, task.seed)
    else:
        cross_fitted_losses(bench, task.seed)


def ceiling(bench: Bench, seed: int) -> float:
    """The test accuracy of a model trained on all labels of the pool."""
    config = bench.config
    how = Training(
        backbone=bench.backbone,
        training=config.task_training,
        flip=config.flip,
        balance=config.balance.value,
        dropout=0.0,
        loss_head=False,
        pretext_key=None,
    )
    trained = bench.train(how, bench.data.pool.truth, derived_seed(seed, "ceiling") % 2**31)
    return float(trained.test["accuracy"])


def _done(bench: Bench, tasks: list[Task], keys: list[str], waiting: set[Future[None]]) -> tuple[int, int]:
    """How many trainings are done, and of how many."""
    total = len(keys) + sum(1 for task in tasks if task.plan is None)
    # A pool that is used up early leaves cycles undone for good: the end is the end all the same.
    return (sum(bench.store.has(KIND, key) for key in keys) if waiting else total), total


def _keys(bench: Bench, tasks: list[Task]) -> Iterator[str]:
    """The records that the replays among `tasks` will leave."""
    for task in tasks:
        if task.plan is not None:
            for number in range(1, bench.config.cycles + 1):
                yield bench.cycle_key(task.plan, task.seed, number)


def _prepare(parent: int) -> None:
    """In each process: one thread, and an end with the parent, however that went."""
    torch.set_num_threads(1)
    die_with(parent)

"""Whether one seed gives one result: a check that can fail."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from workers.backtest.replay import Bench, replay
from workers.backtest.run import seeds_of
from workers.backtest.store import Store
from workers.ml.data import Progress, no_progress


class NotRepeatable(Exception):
    """Two runs with one seed differ; the message says where."""


def assert_repeatable(bench: Bench, progress: Progress = no_progress) -> None:
    """Replay the first seed of each plan once more, from nothing; raises NotRepeatable.

    Two cycles, since the second asks the model of the first. With one thread, as the backtest itself.
    """
    plans, seed = bench.config.resolved_plans(), seeds_of(bench.config)[0]
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with TemporaryDirectory() as folder:
            again = replace(bench, store=Store(Path(folder)))
            for done, plan in enumerate(plans, start=1):
                pairs = zip(replay(bench, plan, seed), replay(again, plan, seed), strict=True)
                for number, (first, second) in enumerate(pairs, start=1):
                    for what in ("picked", "test"):
                        if first[what] != second[what]:
                            raise NotRepeatable(f"{plan.name}, cycle {number}: two runs differ in {what!r}.")
                    if number == min(2, bench.config.cycles):
                        break
                progress(done / len(plans), plan.name)
    finally:
        torch.set_num_threads(threads)

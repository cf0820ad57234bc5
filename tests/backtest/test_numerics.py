from dataclasses import replace
from pathlib import Path

import torch

from tests.backtest.small import small_bench, small_config, small_set
from workers.backtest.report import machine
from workers.backtest.run import bench_of
from workers.backtest.store import Store
from workers.ml.choice import Choice
from workers.ml.numerics import Numerics


def test_a_backtest_measures_once_and_keeps_it_in_its_store(tmp_path: Path) -> None:
    config = small_config()
    data, store = small_set(tmp_path, config), Store(tmp_path / "store")
    threads = torch.get_num_threads()
    first, second = (bench_of(config, data, store, "auto") for _ in range(2))
    assert first.choice == second.choice
    assert first.choice.measured.keys() >= {"contiguous", "bf16"}
    assert (tmp_path / "store" / "numerics.json").exists()
    assert torch.get_num_threads() == threads


def test_other_numerics_have_other_records_in_a_store(tmp_path: Path) -> None:
    bench = small_bench(tmp_path)
    other = replace(bench, choice=Choice(Numerics(precision="bf16"), {"bf16": 2.0}))
    plan = bench.config.resolved_plans()[0]
    assert other.cycle_key(plan, 0, 1) != bench.cycle_key(plan, 0, 1)
    model = other.pretext(plan, 0)
    assert model.key != bench.pretext(plan, 0).key
    assert machine(other)["numerics"] == "channels_last, bf16 (measured: bf16 2x)"

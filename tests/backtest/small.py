"""A backtest that takes seconds: some digits, a tiny recipe."""

from pathlib import Path
from typing import Any

from app.domain.backtest import BacktestConfig
from workers.backtest.digits import digits
from workers.backtest.labelled_set import LabelledSet, set_of
from workers.backtest.replay import Bench
from workers.backtest.run import bench_of
from workers.backtest.store import Store


def small_config(**changes: Any) -> BacktestConfig:
    told = {
        "plans": ["pt4al", "random"],
        "budget": 6,
        "cycles": 2,
        "seeds": 2,
        "image_size": 8,
        "task_training": {"epochs": 2},
        "pretext_training": {"epochs": 1},
        "flip": False,
        "pool_limit": 60,
    }
    return BacktestConfig.model_validate(told | changes)


def small_set(folder: Path, config: BacktestConfig) -> LabelledSet:
    found = digits(folder / "pixels", config.image_size)
    return set_of(config, "digits", found, folder / "pixels")


def small_bench(folder: Path, **changes: Any) -> Bench:
    config = small_config(**changes)
    return bench_of(config, small_set(folder, config), Store(folder / "store"))

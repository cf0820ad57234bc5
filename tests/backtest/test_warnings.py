"""What a report warns of."""

from pathlib import Path

import pytest

from app.domain.backtest import BacktestConfig
from workers.backtest.labelled_set import Labelled, LabelledSet
from workers.backtest.report import _warnings
from workers.backtest.run import bench_of
from workers.backtest.store import Store


@pytest.mark.parametrize(("seeds", "words"), [(1, "Only 1 seed: "), (2, "Only 2 seeds: "), (5, None)])
def test_few_seeds_are_flagged_in_words(tmp_path: Path, seeds: int, words: str | None) -> None:
    part = Labelled(["a", "b"], [0, 1])
    data = LabelledSet("set", ["cat", "dog"], part, part, part, tmp_path, 16)
    config = BacktestConfig(plans=["random"], seeds=seeds)
    found = [w for w in _warnings(bench_of(config, data, Store(tmp_path)), []) if w.startswith("Only")]
    assert len(found) == (words is not None)
    assert all(w.startswith(words or "") for w in found)

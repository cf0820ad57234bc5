import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.backtest.small import small_bench
from workers.backtest.plots import FIGURES
from workers.backtest.report import report
from workers.backtest.run import run
from workers.backtest.write import write_report


@pytest.fixture(scope="module")
def heard() -> list[float]:
    """What was told of the backtest's progress."""
    return []


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory, heard: list[float]) -> dict[str, Any]:
    """What a whole backtest found."""
    bench = small_bench(tmp_path_factory.mktemp("whole"))
    run(bench, processes=2, progress=lambda part, _: heard.append(part))
    return report(bench)


def test_a_whole_backtest_ends_in_a_report_that_needs_nothing_else(
    tmp_path: Path, numbers: dict[str, Any], heard: list[float]
) -> None:
    write_report(numbers, tmp_path)

    assert heard[-1] == 1.0
    assert json.loads((tmp_path / "report.json").read_text()) == json.loads(json.dumps(numbers))
    assert {c["plan"] for c in numbers["curves"]} == {"pt4al", "random"}
    assert [p["labels"] for p in numbers["curves"][0]["points"]] == [6, 12]
    assert len(numbers["picks"]["pt4al"]["1"][1]) == 6
    assert numbers["machine"]["torch"]
    assert numbers["machine"]["numerics"] == "channels_last, fp32"
    assert set(numbers["loss_correlation"]["tasks"]) == {"rotation"}
    assert sum(map(sum, numbers["pool_batches"]["rotation descending"])) == 60
    assert numbers["ceiling"]["n"] == 2
    assert {path.stem for path in (tmp_path / "plots").glob("*.png")} == set(FIGURES)
    page = (tmp_path / "report.html").read_text()
    assert re.findall(r'(?:src|href)="(?!data:)', page) == []
    assert "<script" not in page


def test_names_from_outside_are_escaped(tmp_path: Path, numbers: dict[str, Any]) -> None:
    named = numbers | {"data": numbers["data"] | {"name": "<script>alert(1)</script>"}}
    write_report(named, tmp_path)
    assert "<script" not in (tmp_path / "report.html").read_text()

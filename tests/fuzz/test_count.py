"""Inputs are counted in the processes that try them, and told by the one that prints."""

from collections import Counter
from types import SimpleNamespace
from typing import Any, cast

import execnet
import pytest

from tests.fuzz import summary
from tests.fuzz.count import count


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Counts of their own, so that these tests do not count for the run."""
    fresh: Counter[str] = Counter()
    monkeypatch.setattr("tests.fuzz.count.COUNTS", fresh)
    monkeypatch.setattr(summary, "COUNTS", fresh)
    return fresh


def sent_by_a_process() -> dict[str, Any]:
    """What it hands to pytest-xdist, as it arrives."""
    config = SimpleNamespace(workeroutput={})
    summary.pytest_sessionfinish(cast("pytest.Session", SimpleNamespace(config=config)))
    arrived: dict[str, Any] = execnet.loads(execnet.dumps(config.workeroutput))
    return arrived


def told() -> list[str]:
    lines: list[str] = []
    reporter = SimpleNamespace(write_line=lines.append)
    summary.pytest_terminal_summary(cast("pytest.TerminalReporter", reporter))
    return lines


def test_counts_are_added_up_by_kind(counts: Counter[str]) -> None:
    count("images")
    count("zips", 1200)
    count("images", 2)
    assert told() == ["1,203 bad inputs tried: 3 images, 1,200 zips"]


def test_nothing_is_told_of_nothing(counts: Counter[str]) -> None:
    assert told() == []


def test_counts_of_several_processes_are_one_sum(counts: Counter[str]) -> None:
    count("zips", 5)
    sent = sent_by_a_process()
    counts.clear()
    for node in (SimpleNamespace(workeroutput=sent), SimpleNamespace(workeroutput=sent), SimpleNamespace()):
        summary.pytest_testnodedown(node)
    assert told() == ["10 bad inputs tried: 10 zips"]

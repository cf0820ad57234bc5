import json
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.ml.pictures import CPU
from workers.ml import choice
from workers.ml.choice import choose, pinned
from workers.ml.measurement import Workload
from workers.ml.numerics import PLAIN, Numerics

WORK = Workload(CPU, "small_cnn", 8, 4)


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[Workload]:
    """Every measurement that is made; all find that bf16 is twice as fast."""
    made: list[Workload] = []

    def measure(work: Workload) -> dict[str, Any]:
        made.append(work)
        return {"seconds": 0.1, "ratios": {"bf16": {"median": 2.0, "sure": 1.9}}}

    monkeypatch.setattr(choice, "measure", measure)
    return made


def test_a_machine_is_measured_once(tmp_path: Path, measured: list[Workload]) -> None:
    file = tmp_path / "new" / "numerics.json"
    first, second = choose(file, WORK, 10), choose(file, WORK, 10)
    assert first == second
    assert (first.numerics, first.measured) == (Numerics(precision="bf16"), {"bf16": 2.0})
    assert measured == [WORK]


@pytest.mark.parametrize(
    "other",
    [Workload(CPU, "resnet18", 8, 4), Workload(CPU, "small_cnn", 16, 4), Workload(CPU, "small_cnn", 8, 8)],
)
def test_another_workload_is_measured_for_itself(
    tmp_path: Path, measured: list[Workload], other: Workload
) -> None:
    for work in (WORK, other, WORK):
        choose(tmp_path / "numerics.json", work, 10)
    assert measured == [WORK, other]


def test_another_version_of_torch_is_measured_anew(
    tmp_path: Path, measured: list[Workload], monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(tmp_path / "numerics.json", WORK, 10)
    monkeypatch.setattr(torch, "__version__", "99.0")
    choose(tmp_path / "numerics.json", WORK, 10)
    assert len(measured) == 2
    assert len(json.loads((tmp_path / "numerics.json").read_text())) == 2


def test_a_broken_file_is_replaced(tmp_path: Path, measured: list[Workload]) -> None:
    file = tmp_path / "numerics.json"
    file.write_text("{ half")
    choose(file, WORK, 10)
    choose(file, WORK, 10)
    assert measured == [WORK]


def test_a_failed_compilation_is_not_tried_again(
    tmp_path: Path, measured: list[Workload], monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[Numerics] = []

    def fail(_work: Workload, numerics: Numerics) -> dict[str, Any]:
        tried.append(numerics)
        return {"error": "no"}

    monkeypatch.setattr(choice, "measure_compiled", fail)
    monkeypatch.setattr(choice, "may_compile", lambda _device, seconds: seconds > 600)
    for steps in (10, 100_000, 100_000):
        assert choose(tmp_path / "numerics.json", WORK, steps).numerics == Numerics(precision="bf16")
    assert tried == [Numerics(precision="bf16")]


def test_pinned_numerics_are_measured_by_nobody() -> None:
    assert pinned("fp32").numerics == PLAIN
    assert pinned("bf16").numerics == Numerics(precision="bf16")
    assert pinned("bf16").measured == {}


def test_a_history_tells_what_was_used() -> None:
    told = pinned("bf16").told(CPU, Numerics(precision="bf16", devices=2))
    assert told == {
        "device": "cpu", "memory_format": "channels_last", "precision": "bf16", "compiled": False,
        "devices": 2, "measured": {},
    }  # fmt: skip


def test_marks_name_what_differs_from_plain() -> None:
    assert PLAIN.marks == ()
    assert Numerics("contiguous", "bf16").marks == ("memory_format=contiguous", "precision=bf16")

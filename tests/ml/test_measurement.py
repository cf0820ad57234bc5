from collections.abc import Callable, Iterable

import pytest
import torch

from tests.ml.pictures import CPU
from workers.ml import measurement
from workers.ml.measurement import GAIN, PAIRS, Ratio, Workload, chosen, may_compile, measure, race
from workers.ml.numerics import PLAIN, Numerics


def clock(seconds: Iterable[float]) -> Callable[[], float]:
    return iter(seconds).__next__


def facts(**ratios: float) -> dict[str, object]:
    return {"seconds": 1.0, "ratios": {name: {"median": r, "sure": r} for name, r in ratios.items()}}


def test_a_race_takes_turns_and_gives_the_median() -> None:
    ratio = race(clock([2.0] * PAIRS), clock([1.0, 1.0, 2.0, 0.5, 0.5]))
    assert (ratio.median, ratio.sure) == (2.0, 2.0)
    assert ratio.pays


def test_one_lucky_step_wins_no_race() -> None:
    assert not race(clock([1.0] * PAIRS), clock([0.01, 1.0, 1.0, 1.0, 1.0])).pays


def test_one_unlucky_step_loses_no_race() -> None:
    assert race(clock([2.0] * PAIRS), clock([1.0, 1.0, 2.9, 1.0, 1.0])).pays


def test_a_hopeless_step_is_the_last() -> None:
    ratio = race(clock([1.0] * PAIRS), clock([10.0]))  # a second step would end the clock
    assert (ratio.median, ratio.pays) == (0.1, False)


def test_what_was_given_up_after_a_lucky_step_does_not_pay() -> None:
    ratio = race(clock([1.0] * PAIRS), clock([0.1, 10.0]))
    assert (ratio.sure, ratio.pays) == (0.1, False)


def test_where_nothing_pays_everything_stays_plain() -> None:
    assert chosen(facts(contiguous=GAIN - 0.01, bf16=0.1), 1000) == PLAIN


@pytest.mark.parametrize(
    ("ratios", "numerics"),
    [
        ({"contiguous": 1.5, "bf16": 1.0}, Numerics("contiguous")),
        ({"contiguous": 0.5, "bf16": 2.0}, Numerics(precision="bf16")),
        ({"contiguous": 0.5, "fp16": 2.0}, Numerics(precision="fp16")),
    ],
)
def test_what_pays_is_chosen(ratios: dict[str, float], numerics: Numerics) -> None:
    assert chosen(facts(**ratios), 1000) == numerics


@pytest.mark.parametrize(("steps", "compiled"), [(100, False), (1000, True)])
def test_compiling_pays_in_long_trainings_only(steps: int, compiled: bool) -> None:
    # Twice as fast, 1 s a step: 0.5 s won a step, against 60 s, twice.
    found = facts() | {"compiled": {"seconds": 60.0, "median": 2.0, "sure": 2.0}}
    assert chosen(found, steps).compiled is compiled


def test_a_compiler_that_failed_is_done_without() -> None:
    assert chosen(facts() | {"compiled": {"error": "no compiler"}}, 10**6) == PLAIN


def test_compiling_is_not_tried_in_short_trainings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: "/usr/bin/g++")
    assert not may_compile(CPU, 600)
    assert may_compile(CPU, 6000)


def test_compiling_is_not_tried_without_a_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    assert not may_compile(CPU, 6000)


def test_a_compilation_that_fails_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no triton")

    monkeypatch.setattr(torch, "compile", fail)
    found = measurement.measure_compiled(Workload(CPU, "small_cnn", 8, 4), PLAIN)
    assert found == {"error": "RuntimeError: no triton"}


def test_a_real_measurement_has_a_ratio_of_each_candidate_and_draws_nothing() -> None:
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    found = measure(Workload(CPU, "small_cnn", 8, 4))
    assert torch.equal(torch.rand(3), expected)
    assert found["seconds"] > 0
    ratios = {name: Ratio(**ratio) for name, ratio in found["ratios"].items()}
    assert ratios.keys() == {"contiguous", "bf16"}
    assert all(0 < ratio.sure <= ratio.median for ratio in ratios.values())

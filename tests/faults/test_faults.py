"""Nothing is lost and nothing doubled, whatever befalls the service; `python -m tests.faults` is the same."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.checks import Report
from tests.faults.faults import FAULTS

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def report() -> Report:
    """One run with each kind of fault."""
    command = [sys.executable, "-m", "tests.faults", "--seed", "1", "--json"]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr[-4000:]
    found = Report.model_validate(json.loads(done.stdout))
    print(found.words())
    return found


def test_every_kind_of_fault_was_tried_under_a_running_loop(report: Report) -> None:
    assert set(report.faults) == {fault.__name__ for fault in FAULTS}
    assert report.acknowledged > 0


def test_every_answer_that_was_acknowledged_is_there_once(report: Report) -> None:
    assert (report.lost, report.doubled) == (0, 0)


def test_no_image_was_asked_of_too_many(report: Report) -> None:
    assert report.asked_of_too_many == 0


def test_all_jobs_end_in_a_true_state(report: Report) -> None:
    assert report.untrue_jobs == 0


def test_the_cycles_go_on_by_themselves(report: Report) -> None:
    assert report.cycles >= 2


def test_ranking_and_queries_are_those_of_an_undisturbed_run(report: Report) -> None:
    assert (report.same_ranking, report.same_queries) == (True, True)

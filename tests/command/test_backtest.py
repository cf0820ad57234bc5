"""`nextbatch backtest` as people run it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil

from tests.digits import digits, zip_of

NEXTBATCH = str(Path(sys.executable).parent / "nextbatch")
SMALL = [
    "--budget",
    "5",
    "--cycles",
    "3",
    "--seeds",
    "2",
    "--image-size",
    "8",
    "--task-epochs",
    "3",
    "--pretext-epochs",
    "1",
    "--no-flip",
]


def command(data: str, out: Path, *more: str) -> list[str]:
    return [NEXTBATCH, "backtest", data, "--out", str(out), *SMALL, *more]


def report(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "report.json").read_text())
    return found


def test_a_zip_of_ones_own_is_replayed_and_repeatable(tmp_path: Path) -> None:
    data = zip_of(tmp_path / "mine.zip", digits()[:120])
    done = subprocess.run(
        command(str(data), tmp_path / "out", "--plans", "random,pt4al", "--verify", "--balance", "sampling"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "pt4al" in done.stdout
    assert "Only 2 seeds" in done.stdout
    found = report(tmp_path / "out")
    assert (found["data"]["name"], found["data"]["test"]) == ("mine", 24)
    assert found["config"]["balance"] == "sampling"
    assert (tmp_path / "out/report.html").stat().st_size > 10_000


def test_a_killed_backtest_goes_on_to_the_same_report(tmp_path: Path) -> None:
    plans = ("--plans", "random,pt4al", "--seeds", "1", "--no-diagnostics", "--pool-limit", "100")
    # Of one process only: how many there are does not matter either.
    calm = command("digits", tmp_path / "calm", *plans, "--processes", "1")
    subprocess.run(calm, check=True, capture_output=True)
    killed = tmp_path / "killed"
    process = subprocess.Popen(command("digits", killed, *plans), stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not list((killed / "store/cycles").glob("*.json")):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    family = [process.pid, *(child.pid for child in psutil.Process(process.pid).children(recursive=True))]
    for pid in family:
        os.kill(pid, signal.SIGKILL)
    process.wait()
    assert not (killed / "report.json").exists()

    subprocess.run(command("digits", killed, *plans), check=True, capture_output=True)
    assert report(killed)["curves"] == report(tmp_path / "calm")["curves"]
    assert report(killed)["picks"] == report(tmp_path / "calm")["picks"]


def test_what_cannot_be_meant_is_said(tmp_path: Path) -> None:
    for more, words in (
        (["--plans", "nonsense"], "no plan 'nonsense'"),
        (["--plans", "@nowhere.json"], "cannot be read"),
        (["--plans", "random,random"], "named twice"),
        (["--imbalance", "many"], "invalid literal"),
    ):
        done = subprocess.run(
            command("digits", tmp_path, *more), capture_output=True, text=True, check=False, env=wide()
        )
        assert done.returncode == 2
        assert words in done.stderr


def test_a_folder_without_classes_is_refused_with_the_reason(tmp_path: Path) -> None:
    done = subprocess.run(
        command(str(tmp_path), tmp_path / "out"), capture_output=True, text=True, check=False, env=wide()
    )
    assert done.returncode == 1
    assert "folders named by class are needed" in done.stdout


def wide() -> dict[str, str]:
    """An environment in which messages are not broken into lines."""
    return os.environ | {"COLUMNS": "400"}


TINY = """
data = "digits"
plans = ["random", { name = "mine", scope = "pool", first = "typiclust", later = "margin" }]
budget = 5
cycles = 2
seeds = 1
image_size = 8
flip = false
pool_limit = 60
ceiling = false
diagnostics = false

[pretext_training]
epochs = 1

[task_training]
epochs = 3
minibatch = 4
learning_rate = 0.05
drops = [0.5]
"""


def test_a_recipe_runs_by_itself_and_options_override_it(tmp_path: Path) -> None:
    path = tmp_path / "tiny.toml"
    path.write_text(TINY)
    overriding = ["--seeds", "2", "--task-epochs", "1", "--cycles", "1"]
    done = subprocess.run(
        [NEXTBATCH, "backtest", "--recipe", str(path), *overriding],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = report(tmp_path / "backtest-tiny")
    assert {curve["plan"]: [p["labels"] for p in curve["points"]] for curve in found["curves"]} == {
        "random": [5],
        "mine": [5],
    }
    config = found["config"]
    assert (config["seeds"], config["budget"], config["ceiling"]) == (2, 5, False)
    assert config["task_training"] == {"epochs": 1, "minibatch": 4, "learning_rate": 0.05, "drops": [0.5]}


def test_without_images_and_with_a_bad_recipe_the_command_says_why(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    for text, words in (
        ('plans = ["random"]', "mine.toml names no images"),
        ('plans = ["random"]\nbudgets = 3', "mine.toml: budgets: there is no such key"),
    ):
        path.write_text(text)
        done = subprocess.run(
            [NEXTBATCH, "backtest", "--recipe", str(path)],
            capture_output=True,
            text=True,
            check=False,
            env=wide(),
        )
        assert done.returncode == 2
        assert words in done.stderr


def test_a_budget_beyond_the_pool_is_refused_with_its_code(tmp_path: Path) -> None:
    done = subprocess.run(
        command("digits", tmp_path, "--budget", "2000"),
        capture_output=True,
        text=True,
        check=False,
        env=wide(),
    )
    assert done.returncode == 1
    assert "A budget of 2,000 labels a cycle is more than the 1,293 images" in done.stdout
    assert "budget_beyond_pool" in done.stdout
    assert not (tmp_path / "store").exists()

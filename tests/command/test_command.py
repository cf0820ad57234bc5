"""The `nextbatch` command, as people type it."""

import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.digits import digits, zip_of

NEXTBATCH = str(Path(sys.executable).parent / "nextbatch")


@pytest.fixture
def data_dir() -> Iterator[Path]:
    # PostgreSQL's socket must have a short path, which pytest's folders do not.
    with tempfile.TemporaryDirectory(prefix="nb") as name:
        yield Path(name)


def start(*arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [NEXTBATCH, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={"PATH": "/usr/bin:/bin", "COLUMNS": "200"},
    )


def read_until(process: "subprocess.Popen[str]", mark: str) -> str:
    assert process.stdout
    text = ""
    for line in process.stdout:
        text += line
        if mark in line:
            return text
    process.communicate()  # it ended: nothing of it may trouble the next test
    raise AssertionError(f"{mark!r} never came:\n{text}")


def stop(process: "subprocess.Popen[str]") -> str:
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=60)
    return rest


def test_up_starts_serves_alone_on_its_data_and_leaves_no_process_behind(data_dir: Path) -> None:
    process = start("up", "--data-dir", str(data_dir), "--port", "0")
    text = read_until(process, "Ctrl-C stops it")
    url = re.search(r"http://\S+:\d+", text)
    login = re.search(r"Sign in as (\S+) with (\S+)", text)
    assert url
    assert login
    answer = httpx.post(f"{url[0]}/api/v1/auth/login", json={"email": login[1], "password": login[2]})
    assert answer.json()["user"]["is_admin"]
    second = start("up", "--data-dir", str(data_dir), "--port", "0")
    text, _ = second.communicate(timeout=60)
    assert second.returncode == 1
    assert "running already" in text
    family = psutil.Process(process.pid).children(recursive=True)
    assert len(family) >= 4  # api, worker, scheduler, valkey
    assert "Stopped" in stop(process)
    assert process.returncode == 0
    # The worker's server of children notices its end when it has imported torch, which has just begun.
    _, alive = psutil.wait_procs(family, timeout=60)
    assert not alive


def test_demo_of_ones_own_images_and_again_with_the_same_data(data_dir: Path, tmp_path: Path) -> None:
    source = zip_of(tmp_path / "mine.zip", digits()[:150])
    process = start("demo", str(source), "--data-dir", str(data_dir), "--port", "0")
    read_until(process, "Pretext run: rotation ...")  # told as it happens, also where there is no terminal
    text = read_until(process, "Ctrl-C stops everything")
    assert re.search(r"cycle 3: +30 labels, accuracy", text)
    first = re.search(r"/projects/(\S+)/label", text)
    stop(process)
    again = start("demo", str(source), "--data-dir", str(data_dir), "--port", "0")
    text = read_until(again, "Ctrl-C stops everything")
    second = re.search(r"/projects/(\S+)/label", text)
    assert first
    assert second
    assert first[1] == second[1]
    assert "Importing" not in text
    stop(again)


def test_a_taken_port_is_named_with_the_option(data_dir: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        process = start("up", "--data-dir", str(data_dir), "--port", port)
        text, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"Port {port} is taken" in text
    assert "--port" in text


def test_what_ends_by_itself_is_started_again(data_dir: Path) -> None:
    process = start("up", "--data-dir", str(data_dir), "--port", "0")
    text = read_until(process, "Ctrl-C stops it")
    url = re.search(r"http://\S+:\d+", text)
    assert url
    api = next(p for p in psutil.Process(process.pid).children() if "uvicorn" in " ".join(p.cmdline()))
    api.kill()
    read_until(process, "it is started again")
    while True:
        try:
            assert httpx.get(f"{url[0]}/healthz").is_success
            break
        except httpx.HTTPError:
            time.sleep(0.1)
    stop(process)


@pytest.mark.parametrize("command", ["up", "demo", "migrate", "create-user", "version"])
def test_help_teaches_every_command(command: str) -> None:
    text = subprocess.run([NEXTBATCH, command, "--help"], capture_output=True, text=True, check=True).stdout
    assert f"nextbatch {command}" in text


def test_commands_that_need_a_database_name_the_variable() -> None:
    found = subprocess.run(
        [NEXTBATCH, "migrate"], check=False, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"}
    )
    assert found.returncode == 1
    assert "NEXTBATCH_DATABASE_URL" in found.stdout

"""Processes that decode: what they may do, and what becomes of the others when one of them ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.images.decoders.bad_work import CRASH, HANG, HOARD, TRIED
from workers.images.decoders.pool import Decoders, Refused
from workers.images.decoders.process import DoesNotStart, Question, answers_in
from workers.images.decoders.wire import Garbled
from workers.images.limits import Limits

WORK = "tests.images.decoders.bad_work"
LIMITS = Limits(decode_mib=256)
ON_LINUX = sys.platform == "linux"


@pytest.fixture(scope="module")
def decoders() -> Iterator[Decoders]:
    with Decoders(1, LIMITS, WORK) as pool:
        yield pool


def code_of(pool: Decoders, data: bytes, **asked: Any) -> str:
    with pytest.raises(Refused) as caught:
        pool.ask(asked, data)
    assert caught.value.reason
    return caught.value.code


def pid_of(pool: Decoders) -> int:
    return int(pool.ask({}, b"")[0]["pid"])


def until_gone(pids: list[int]) -> None:
    """Wait until no such process works any more; the test's own time limit is the limit."""
    while any(psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie" for pid in pids):
        time.sleep(0.05)


def test_bytes_go_there_and_back(decoders: Decoders) -> None:
    data = bytes(range(256)) * 20_000
    said, parts = decoders.ask({}, data)
    assert said["size"] == len(data)
    assert list(map(bytes, parts)) == [data[:3], b"", data[3:]]


def test_a_crash_refuses_its_file_alone(decoders: Decoders) -> None:
    before = pid_of(decoders)
    assert code_of(decoders, CRASH) == "decoder_crashed"
    assert pid_of(decoders) != before


def test_an_endless_file_is_given_up() -> None:
    with Decoders(1, replace(LIMITS, decode_seconds=0.5), WORK) as pool:
        before = pid_of(pool)
        assert code_of(pool, HANG) == "too_slow"
        until_gone([before])


@pytest.mark.skipif(not ON_LINUX, reason="other systems have no such limit")
def test_a_hoarder_is_refused_and_its_process_goes_on(decoders: Decoders) -> None:
    before = pid_of(decoders)
    assert code_of(decoders, HOARD) == "too_much_memory"
    assert pid_of(decoders) == before


def test_a_process_that_something_else_ended_costs_no_file(decoders: Decoders) -> None:
    os.kill(pid_of(decoders), signal.SIGKILL)
    assert decoders.ask({}, b"abc")[0]["size"] == 3


def test_a_mistake_of_the_work_itself_refuses_the_file(decoders: Decoders) -> None:
    assert code_of(decoders, b"", do="raise") == "decoder_crashed"


@pytest.mark.parametrize("said", [{"refused": 3}, {"refused": ["code"]}, {"refused": [1, 2]}])
def test_a_refusal_that_is_none_is_nonsense(decoders: Decoders, said: dict[str, Any]) -> None:
    assert code_of(decoders, b"", do="say", said=said) == "decoder_crashed"


def test_parts_that_are_not_there_are_not_waited_for(decoders: Decoders) -> None:
    assert code_of(decoders, b"", do="say", said={"parts": 7, "x": "y" * 2**21}) == "decoder_crashed"


@pytest.mark.skipif(not ON_LINUX, reason="tried on Linux")
def test_no_file_can_be_opened(decoders: Decoders, tmp_path: Path) -> None:
    paths = [str(tmp_path / "new"), os.devnull, __file__]
    assert decoders.ask({"do": "open", "paths": paths}, b"")[0] == {TRIED: ["Too many open files"] * 3}


@pytest.mark.skipif(not ON_LINUX, reason="tried on Linux")
def test_no_connection_can_be_made(decoders: Decoders) -> None:
    assert decoders.ask({"do": "connect"}, b"")[0] == {TRIED: "Too many open files"}


def test_it_knows_nothing_of_our_keys(decoders: Decoders, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEXTBATCH_DATABASE_URL", "postgresql://secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with Decoders(1, LIMITS, WORK) as pool:
        names = pool.ask({"do": "tell"}, b"")[0]["environment"]
    assert not [name for name in names if name.startswith(("NEXTBATCH", "AWS"))]


def test_files_beside_bad_ones_are_decoded_and_in_order() -> None:
    files = [bytes([place]) * 1000 for place in range(40)]
    files[3] = files[30] = CRASH
    files[17] = HANG
    with Decoders(2, replace(LIMITS, decode_seconds=1), WORK) as pool:

        def look(data: bytes) -> bytes | str:
            try:
                return b"".join(pool.ask({}, data)[1])
            except Refused as error:
                return error.code

        with ThreadPoolExecutor(pool.threads) as threads:
            found = list(threads.map(look, files))
    expected: list[bytes | str] = list(files)
    expected[3] = expected[30] = "decoder_crashed"
    expected[17] = "too_slow"
    assert found == expected


def test_files_in_one_message_are_answered_by_one_process_in_their_order(decoders: Decoders) -> None:
    files = [bytes([place]) * place for place in range(40)]
    answers = decoders.ask_together([Question({}, data) for data in files])
    assert [b"".join(answer[1]) for answer in answers if not isinstance(answer, Refused)] == files
    assert {answer[0]["pid"] for answer in answers if not isinstance(answer, Refused)} == {pid_of(decoders)}


def test_no_file_is_refused_for_its_neighbours_in_one_message() -> None:
    files = [b"good", CRASH, b"well", HANG, HOARD, b"fine"]
    with Decoders(1, replace(LIMITS, decode_seconds=1), WORK) as pool:
        answers = pool.ask_together([Question({}, data) for data in files])
    found = [answer.code if isinstance(answer, Refused) else b"".join(answer[1]) for answer in answers]
    hoarded = "too_much_memory" if ON_LINUX else "decoder_crashed"
    assert found == [b"good", "decoder_crashed", b"well", "too_slow", hoarded, b"fine"]


def test_what_is_refused_in_one_message_ends_nothing(decoders: Decoders) -> None:
    refusal = {"do": "say", "said": {"refused": ["odd", "It is odd."]}}
    before = pid_of(decoders)
    bad, good = decoders.ask_together([Question(refusal, b""), Question({}, b"abc")])
    assert isinstance(bad, Refused)
    assert (bad.code, bad.reason) == ("odd", "It is odd.")
    assert not isinstance(good, Refused)
    assert good[0]["pid"] == before


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"each": 3, "counts": [1]},
        {"each": [{}], "counts": [1]},
        {"each": [{}, {}], "counts": [1]},
        {"each": [{}, {}], "counts": [1, -1]},
        {"each": [{}, {}], "counts": [1, "1"]},
        {"each": [{}, "said"], "counts": [1, 1]},
        {"each": [{}, {}], "counts": [1, 0]},
        {"each": [{}, {}], "counts": [2, 1]},
    ],
)
def test_answers_that_do_not_fit_the_files_are_garbled(told: dict[str, Any]) -> None:
    with pytest.raises(Garbled):
        answers_in(told, [memoryview(b"a"), memoryview(b"b")], 2)


def test_where_none_can_start_no_file_is_blamed() -> None:
    with Decoders(1, LIMITS, "tests.images.decoders.no_such_work") as pool, pytest.raises(DoesNotStart):
        pool.ask({}, b"")


def test_a_few_files_start_few_processes() -> None:
    with Decoders(4, LIMITS, WORK) as pool:
        assert len({pid_of(pool) for _ in range(5)}) == 1


def test_all_end_with_their_context() -> None:
    with Decoders(2, LIMITS, WORK) as pool, ThreadPoolExecutor(2) as threads:
        asked = {"do": "sleep", "seconds": 0.5}
        pids = {said["pid"] for said, _ in threads.map(lambda _: pool.ask(asked, b""), range(2))}
    assert len(pids) == 2
    assert not any(psutil.pid_exists(pid) for pid in pids)


_PARENT = """
import sys, threading
from tests.images.decoders.bad_work import HANG
from workers.images.decoders.pool import Decoders
from workers.images.limits import Limits

pool = Decoders(2, Limits(decode_seconds=float(sys.argv[1])), "tests.images.decoders.bad_work")
idle = pool.ask({}, b"")[0]["pid"]
threading.Thread(target=pool.ask, args=({}, HANG)).start()
print(idle, pool.ask({}, b"")[0]["pid"], flush=True)
threading.Event().wait()
"""


# Where the kernel does not tell of a parent's death, the process ends when its own time is over.
@pytest.mark.timeout(60)
@pytest.mark.parametrize("seconds", [3600 if ON_LINUX else 1])
def test_none_outlives_a_parent_that_is_killed(seconds: int) -> None:
    command = [sys.executable, "-c", _PARENT, str(seconds)]
    root = Path(__file__).parents[3]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as parent:
        assert parent.stdout is not None
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(set(pids)) == 2
        parent.kill()
        until_gone(pids)

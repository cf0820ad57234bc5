"""One decoding process, as its parent sees it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import islice
from typing import Any, NamedTuple

from workers.images.decoders.wire import Garbled, receive, send
from workers.images.limits import Limits

# What is said of a file, and parts of bytes, which may be written to.
Answer = tuple[dict[str, Any], list[memoryview]]

_START_SECONDS = 120
_MOST_BYTES = 2**30  # of one answer
_BUFFER_BYTES = 2**20
# All that a decoder needs to know: it has no business with our database or anybody's keys.
_KEPT = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PATH", "TZ")
_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",  # the others set large stretches of addresses aside
    # The memory of one photo is kept for the next: to ask the system for it each time costs some 7 %.
    "MALLOC_MMAP_THRESHOLD_": str(32 * 2**20),
    "MALLOC_TRIM_THRESHOLD_": str(128 * 2**20),
}


class DoesNotStart(Exception):
    """No decoder can be started here: that is no file's fault."""


class Died(Exception):
    """The decoder ended, or was ended: a `code` for programs and a `reason` for people.

    Codes: `decoder_crashed`, `too_slow`.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason


class Question(NamedTuple):
    """What is asked of a file, and its bytes."""

    asked: dict[str, Any]
    data: bytes


class Decoder:
    """A process that does `work`, the name of a module; see `child`. One thread at a time may ask it."""

    def __init__(self, work: str, limits: Limits) -> None:
        self._seconds = limits.decode_seconds
        self._channel, theirs = socket.socketpair()
        self._channel.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER_BYTES)
        arguments = [work, str(limits.decode_seconds), str(limits.decode_mib)]
        with theirs:
            self._process: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603
                [sys.executable, "-P", "-W", "ignore", "-m", "workers.images.decoders.child", *arguments],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env=_environment(),
            )
        try:
            receive(self._channel, 0, time.monotonic() + _START_SECONDS)
        except (EOFError, OSError, Garbled) as error:
            self.end()
            raise DoesNotStart(f"A decoder does not start, code {self._process.returncode}.") from error

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def ask(self, questions: Sequence[Question]) -> list[Answer]:
        """Return what it says of each file, all within the time of one.

        Raises Died, after which it is of no more use.
        """
        until = time.monotonic() + self._seconds
        try:
            asked = {"each": [question.asked for question in questions]}
            send(self._channel, asked, [question.data for question in questions], until)
            return answers_in(*receive(self._channel, _MOST_BYTES, until), len(questions))
        except TimeoutError as error:
            self.end()
            raise Died("too_slow", f"Decoding takes longer than {self._seconds:g} seconds.") from error
        except (EOFError, OSError, Garbled) as error:
            self.end()
            raise Died("decoder_crashed", f"Decoding ends its process ({self._how()}).") from error

    def end(self) -> None:
        """End it at once."""
        self._channel.close()
        try:  # of its own, if it can
            self._process.wait(0.05)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _how(self) -> str:
        code = self._process.returncode
        return f"signal {-code}" if code < 0 else f"code {code}"


def answers_in(told: dict[str, Any], parts: Sequence[memoryview], count: int) -> list[Answer]:
    """What is said of each of so many files. Raises Garbled."""
    each, counts = told.get("each"), told.get("counts")
    if not (isinstance(each, list) and isinstance(counts, list) and len(each) == len(counts) == count):
        raise Garbled
    if not all(isinstance(said, dict) for said in each):
        raise Garbled
    if not all(isinstance(many, int) and many >= 0 for many in counts) or sum(counts) != len(parts):
        raise Garbled
    rest = iter(parts)
    return [(said, list(islice(rest, many))) for said, many in zip(each, counts, strict=True)]


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    # What this process can import the other must, too, wherever it was started.
    return kept | _ENVIRONMENT | {"PYTHONPATH": os.pathsep.join(place for place in sys.path if place)}

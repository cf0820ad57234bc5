"""The process that decodes: it asks for nothing, writes nothing, and ends with its parent.

    python -m workers.images.decoders.child MODULE SECONDS MIB

MODULE has a function `work`, which takes what was asked of a file and its bytes, and returns what to say and
parts of bytes; its import does all that needs files, unless it says `READS_FILES`. On standard input is the
parent's socket, on which several files may come at once.
"""

import fcntl
import importlib
import math
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from workers.images.decoders.wire import receive, send

Work = Callable[[dict[str, Any], memoryview], tuple[dict[str, Any], list[bytes]]]

_TOO_MUCH = "Decoding takes more memory than is allowed for one file."
_FOLLOWS_PARENT_SECONDS = 2  # the parent counts the seconds; here they are counted for when it is gone


def main() -> None:
    """Answer until the parent closes its end, or dies."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's
    module, seconds, mib = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    works = importlib.import_module(module)
    channel = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(0, 2)
    _limit_memory(mib)
    _limit_files(reads=getattr(works, "READS_FILES", False))
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        send(channel, {"ready": True}, [])
        while True:
            asked, files = receive(channel, sys.maxsize)
            with _ended_with_parent(channel, seconds):
                answers = [_answer(works.work, *each) for each in zip(asked["each"], files, strict=True)]
            del files  # before the next are received
            counts = [len(parts) for _, parts in answers]
            told = {"each": [said for said, _ in answers], "counts": counts}
            send(channel, told, [part for _, parts in answers for part in parts])
            del answers


def _answer(work: Work, asked: dict[str, Any], data: memoryview) -> tuple[dict[str, Any], list[bytes]]:
    try:
        return work(asked, data)
    except MemoryError:
        return {"refused": ["too_much_memory", _TOO_MUCH]}, []


def _limit_memory(mib: int) -> None:
    """Allow so many MiB beyond what is mapped already; where there is no such limit, do without.

    If the machine itself runs out of memory, its kernel ends decoders first.
    """
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
    with suppress(OSError, ValueError):
        mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        most = mapped + mib * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _limit_files(*, reads: bool) -> None:
    """From now on no file can be written, no memory dumped to one, and nothing opened if it never `reads`."""
    limits = [resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, *([] if reads else [resource.RLIMIT_NOFILE])]
    for limit in limits:
        with suppress(OSError, ValueError):
            resource.setrlimit(limit, (0, 0))


@contextmanager
def _ended_with_parent(channel: socket.socket, seconds: float) -> Iterator[None]:
    """Let the kernel end this process in the middle of its work when the parent closes its end, or dies.

    Nothing is under way on the channel meanwhile, so that it becomes ready only by that. Where the kernel
    does not tell (it is Linux that does), the alarm comes a little after the parent's own patience.
    """
    signal.alarm(math.ceil(seconds) + _FOLLOWS_PARENT_SECONDS)
    fcntl.fcntl(channel, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(channel, fcntl.F_GETFL)
    fcntl.fcntl(channel, fcntl.F_SETFL, flags | os.O_ASYNC)  # SIGIO, whose default is the end
    try:
        yield
    finally:
        fcntl.fcntl(channel, fcntl.F_SETFL, flags)
        signal.alarm(0)


if __name__ == "__main__":
    main()

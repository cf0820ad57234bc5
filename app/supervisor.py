"""API, worker and scheduler as processes of one command: started together, restarted, stopped together."""

import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import httpx

_STOP_SECONDS = 15
_START_SECONDS = 60
_LAST_LINES = 5
_PR_SET_PDEATHSIG = 1

# Quietly: its banner is no line of a log.
_CELERY = ("-m", "celery", "-q", "-A", "workers.celery_app")
COMMANDS: dict[str, list[str]] = {
    "api": ["-m", "uvicorn", "app.main:serve", "--factory", "--no-access-log"],
    "worker": [*_CELERY, "worker", "-Q", "gpu,cpu", "-c", "2", "-l", "INFO"],
    "scheduler": [*_CELERY, "beat", "-l", "WARNING"],
}


# Threads that wait for each other sleep instead of spinning (docs/decisions/0003-threads-sleep.md).
SLEEPING_THREADS = {"OMP_WAIT_POLICY": "passive"}


class AlreadyRunning(Exception):
    """Another process works on the same data folder."""


@contextmanager
def sole_owner(data_dir: Path) -> Iterator[None]:
    """Hold the data folder; raises AlreadyRunning. The system frees it when this process ends, however."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(f"Nextbatch is running already on {data_dir}.") from error
        yield


def port_is_free(host: str, port: int) -> bool:
    """Tell whether the API could listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


@dataclass
class Supervisor:
    """The processes, each with its log file in `logs` (or, if None, on this terminal)."""

    environment: dict[str, str]
    host: str
    port: int
    logs: Path | None
    say: Callable[[str], None]
    _running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    _files: dict[str, IO[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The address of the service."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104
        return f"http://{host}:{self.port}"

    @contextmanager
    def running(self) -> Iterator["Supervisor"]:
        """Start everything, wait until it answers, and stop it all at the end of the block."""
        with ExitStack() as stack:
            stack.callback(self._stop)
            for name in COMMANDS:
                self.start(name)
            self._wait_until_ready()
            yield self

    def watch(self, until: Callable[[], bool]) -> None:
        """Restart what ends by itself, until told to stop."""
        while not until():
            for name, process in list(self._running.items()):
                if process.poll() is not None:
                    self.say(f"The {name} ended with code {process.returncode}; it is started again.")
                    self.start(name)
            time.sleep(0.5)

    def process(self, name: str) -> "subprocess.Popen[bytes]":
        """Return the process of a name."""
        return self._running[name]

    def start(self, name: str) -> None:
        """Start (again) the process of a name."""
        command = [sys.executable, *COMMANDS[name]]
        if name == "api":
            command += ["--host", self.host, "--port", str(self.port)]
        out = None
        if self.logs is not None:
            self.logs.mkdir(parents=True, exist_ok=True)
            if name not in self._files:
                self._files[name] = (self.logs / f"{name}.log").open("ab")
            out = self._files[name]
        # A session of its own: Ctrl-C reaches only this process, which then stops the others in order.
        self._running[name] = subprocess.Popen(  # noqa: S603
            command,
            env=SLEEPING_THREADS | os.environ | self.environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509  # no threads run here
        )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            for name, process in self._running.items():
                if process.poll() is not None:
                    raise RuntimeError(f"The {name} does not start{self._see_log(name)}")
            try:
                if httpx.get(f"{self.url}/readyz", timeout=5).is_success:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        raise RuntimeError(f"The service is not ready after {_START_SECONDS} s{self._see_log('api')}")

    def _see_log(self, name: str) -> str:
        if not self.logs:
            return ""
        log = self.logs / f"{name}.log"
        last = log.read_text(errors="replace").splitlines()[-_LAST_LINES:]
        return "".join([f"; see {log}", *(f"\n  {line}" for line in last)])

    def _stop(self) -> None:
        for process in self._running.values():
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + _STOP_SECONDS
        for process in self._running.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        for file in self._files.values():
            file.close()


def _end_with_parent() -> None:
    """Ask the kernel to end this process when its parent dies, so that a killed command leaves nobody."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)

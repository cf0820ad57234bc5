"""An API with a database of its own and no workers: what is asked of it there is done by nobody."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

from app.config import get_settings
from app.db.migrate import migrate
from app.db.session import let_go
from app.embedded import free_port, servers
from app.supervisor import Supervisor

_START_SECONDS = 60


@contextmanager
def api_alone(folder: Path) -> Iterator[str]:
    """Run it, and yield its URL; meanwhile this process speaks to the same database."""
    with servers(folder, None, None) as (database_url, redis_url), pytest.MonkeyPatch.context() as patch:
        environment = {
            "NEXTBATCH_DATABASE_URL": database_url,
            "NEXTBATCH_REDIS_URL": redis_url,
            "NEXTBATCH_DATA_DIR": str(folder),
            # A provider that is away: whoever goes there is led back, and told so.
            "NEXTBATCH_OIDC_ISSUER": f"http://127.0.0.1:{free_port()}",
            "NEXTBATCH_OIDC_CLIENT_ID": "nextbatch",
            "NEXTBATCH_IMPORT_ROOTS": f'["{folder}"]',
        }
        for name, value in environment.items():
            patch.setenv(name, value)
        _forget()
        migrate(database_url)
        supervisor = Supervisor(environment, "127.0.0.1", free_port(), None, print)
        supervisor.start("api")
        try:
            _wait(supervisor)
            yield supervisor.url
        finally:
            process = supervisor.process("api")
            process.terminate()
            process.wait()
            let_go()
    _forget()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The address of such an API."""
    # PostgreSQL's socket must have a short path, which pytest's folders do not.
    with TemporaryDirectory(prefix="nb") as name, api_alone(Path(name)) as found:
        yield found


def _forget() -> None:
    let_go()
    get_settings.cache_clear()


def _wait(supervisor: Supervisor) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and supervisor.process("api").poll() is None:
        try:
            httpx.get(f"{supervisor.url}/healthz", timeout=5).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("The API does not start.")

"""The whole service in one command: servers, tables, processes."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from app.config import get_settings
from app.db.migrate import migrate
from app.db.session import let_go
from app.embedded import free_port, servers
from app.supervisor import Supervisor, port_is_free, sole_owner


class PortTaken(Exception):
    """Somebody else listens on the port."""


class Stop(Exception):
    """The command was told to end."""


def choose_port(host: str, wanted: int | None, say: Callable[[str], None]) -> int:
    """Return the port to listen on: the one asked for, or else a free one; raises PortTaken."""
    if wanted is not None and wanted != 0:
        if not port_is_free(host, wanted):
            raise PortTaken(f"Port {wanted} is taken. Choose another with --port, or --port 0 for any.")
        return wanted
    default = get_settings().port
    if wanted is None and default and port_is_free(host, default):
        return default
    port = free_port()
    if wanted is None and default:
        say(f"Port {default} is taken, so this is port {port}. (--port chooses another.)")
    return port


@contextmanager
def service(
    *,
    host: str,
    port: int | None,
    verbose: bool = False,
    say: Callable[[str], None],
) -> Iterator[Supervisor]:
    """Run everything until the block ends; raises AlreadyRunning, PortTaken, RuntimeError."""
    settings = get_settings()
    data_dir = settings.data_dir.resolve()
    with sole_owner(data_dir):
        chosen = choose_port(host, port, say)
        with servers(data_dir, settings.database_url, settings.redis_url) as (database_url, redis_url):
            environment = {
                "NEXTBATCH_DATABASE_URL": database_url,
                "NEXTBATCH_REDIS_URL": redis_url,
                "NEXTBATCH_DATA_DIR": str(data_dir),
            }
            os.environ.update(environment)  # this process asks the database, too
            get_settings.cache_clear()
            migrate(database_url)
            logs = None if verbose else data_dir / "logs"
            with Supervisor(environment, host, chosen, logs, say).running() as supervisor:
                try:
                    yield supervisor
                finally:
                    let_go()


@contextmanager
def stop_on_signals() -> Iterator[None]:
    """Turn Ctrl-C and SIGTERM into an orderly end of the block."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Stop

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except Stop:
        for number in before:  # a second Ctrl-C must not break the stopping
            signal.signal(number, signal.SIG_IGN)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

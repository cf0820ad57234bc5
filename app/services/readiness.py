"""The parts that the service stands on, and whether each of them answers now."""

import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import lru_cache
from threading import Lock, Thread

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import Engine, NullPool, create_engine, text
from sqlalchemy.orm import Session

from app.config import get_settings
from app.db.heartbeats import living_workers
from app.db.session import connect_args, database_url, psycopg_url
from app.storage.blobs import blob_store

log = structlog.get_logger()

OK = "ok"
SECONDS = 3.0  # longest that anybody waits for a part
_CONNECT_SECONDS = 2
_FRESH_SECONDS = 1.0


class Probe:
    """Asks one part, in a thread of its own that nobody has to wait for.

    However many want to know, there is one question at a time, and its answer is good for a second: whoever
    asks all day costs the part little, and a part that hangs holds one thread.
    """

    def __init__(self, part: str, ask: Callable[[], str], ill: str) -> None:
        self._part, self._ask, self._ill = part, ask, ill
        self._guard = Lock()
        self._asked: Future[str] | None = None
        self._ended = 0.0

    def answer(self) -> "Future[str]":
        """Return what will be known: `ok`, or what is wrong in a word or two."""
        with self._guard:
            old = self._asked
            if old is not None and not (old.done() and time.monotonic() - self._ended > _FRESH_SECONDS):
                return old
            new: Future[str] = Future()
            new.set_running_or_notify_cancel()  # whoever gives up waiting does not end it for the others
            self._asked = new
        Thread(target=self._find_out, args=(new,), daemon=True, name=f"probe-{self._part}").start()
        return new

    def _find_out(self, told: "Future[str]") -> None:
        try:
            found = self._ask()
        except Exception as error:  # noqa: BLE001  # whatever a part's library raises, the part is ill
            # The answer is public, so only the log says more.
            log.warning("part_ill", part=self._part, error=f"{type(error).__name__}: {error}"[:300])
            found = self._ill
        self._ended = time.monotonic()
        told.set_result(found)


def _database() -> str:
    with probing_session() as session:
        session.execute(text("SELECT 1"))
    return OK


def ask_broker() -> str:
    """Return `ok`; raises RedisError, or ValueError if none is set."""
    url = get_settings().redis_url or ""
    limits = {"socket_connect_timeout": _CONNECT_SECONDS, "socket_timeout": _CONNECT_SECONDS}
    with Redis.from_url(url, retry=Retry(NoBackoff(), 0), **limits) as client:
        client.ping()
    return OK


def _store() -> str:
    blob_store().try_writing()
    return OK


def _workers() -> str:
    with probing_session() as session:
        return OK if living_workers(session) else "none"


def probing_session() -> Session:
    """Return a session beside the service's own, whose connections may all be taken when somebody looks here.

    It gives up soon where the database does not answer. RuntimeError if none is set.
    """
    return Session(_engine(database_url()))


@lru_cache(maxsize=1)
def _engine(url: str) -> Engine:
    limits = {"connect_timeout": _CONNECT_SECONDS, "tcp_user_timeout": round(1000 * SECONDS)}
    args = connect_args(limit_statements=True) | limits
    return create_engine(psycopg_url(url), poolclass=NullPool, connect_args=args)


PROBES = {
    "database": Probe("database", _database, "unreachable"),
    "broker": Probe("broker", ask_broker, "unreachable"),
    "store": Probe("store", _store, "not writable"),
    # Workers say in the database that they live.
    "workers": Probe("workers", _workers, "unknown"),
}

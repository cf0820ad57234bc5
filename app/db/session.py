"""The engine, and the unit of work: one transaction, then the messages it asked for."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from app.config import get_settings
from app.db.outbox import send_jobs
from app.traces import statements
from app.traces.exporting import are_sent

_KEPT = 8  # connections of an engine that stay; threads come and go with their work
_IDLE_SECONDS = 1.0
_limits_statements = False


def database_url() -> str:
    """Return the URL of the database as it is set; raises RuntimeError if it is not."""
    url = get_settings().database_url
    if not url:
        raise RuntimeError(
            "NEXTBATCH_DATABASE_URL is not set; `nextbatch up` sets it for the embedded server"
        )
    return url


@lru_cache
def get_engine() -> Engine:
    """Return this process's engine; raises RuntimeError if no database is configured."""
    return _engine()


@lru_cache
def reading_engine() -> Engine:
    """Return the engine of what only reads: each statement is for itself, and no transaction begins or ends.

    At READ COMMITTED statements see the same without one. Its connections stay so: to change them to and fro
    would cost what is saved. The database refuses to write on them.
    """
    return _engine({"default_transaction_read_only": "on"}, isolation_level="AUTOCOMMIT")


def let_go() -> None:
    """Close the connections that nobody uses; whoever asks next connects by the settings of then."""
    for engine in (get_engine, reading_engine):
        if engine.cache_info().currsize:
            engine().dispose()
            engine.cache_clear()


def _engine(more: Mapping[str, str] = MappingProxyType({}), **options: Any) -> Engine:
    most = get_settings().database_connections
    engine = create_engine(
        psycopg_url(database_url()),
        pool_size=min(_KEPT, most),
        max_overflow=max(0, most - _KEPT),
        hide_parameters=True,  # errors are logged, and values may be secrets
        connect_args=connect_args(more, limit_statements=_limits_statements),
        **options,
    )
    event.listen(engine, "checkin", _note_time)
    event.listen(engine, "checkout", _ping_if_idle)
    if are_sent():
        statements.watch(engine)
    return engine


def limit_statements() -> None:
    """Let no statement of this process take longer than a request should; before it has connections."""
    global _limits_statements  # noqa: PLW0603  # of the process, as its engine is
    _limits_statements = True


def connect_args(more: Mapping[str, str] = MappingProxyType({}), *, limit_statements: bool) -> dict[str, Any]:
    """Return what psycopg connects with, `more` being further settings of the server's connection."""
    if get_settings().database_pooler:
        return {"connect_timeout": 5, "prepare_threshold": None}
    told = server_settings(limit_statements=limit_statements) | dict(more)
    options = " ".join(f"-c {name}={value}" for name, value in told.items())
    return {"connect_timeout": 5, "options": options}


def server_settings(*, limit_statements: bool) -> dict[str, str]:
    """Return the limits of a connection; the server keeps to them, whatever becomes of this process.

    None with a pooler: what belongs to a connection of the server would meet other clients, or be refused.
    """
    settings = get_settings()
    if settings.database_pooler:
        return {}
    limits = {"lock_timeout": settings.lock_seconds}
    if limit_statements:
        limits["statement_timeout"] = settings.statement_seconds
    # To compile a statement takes longer than any of ours may.
    return {"jit": "off"} | {name: str(round(1000 * seconds)) for name, seconds in limits.items()}


def _note_time(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info["used"] = time.monotonic()


def _ping_if_idle(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
    """Make sure that a connection still lives which nobody used for a while; a busy one has just shown it.

    A ping for every request would cost as much as another statement. Raises DisconnectionError, upon which
    the pool tries another connection.
    """
    if time.monotonic() - record.info.get("used", 0.0) < _IDLE_SECONDS:
        return
    try:
        get_engine().dialect.do_ping(connection)
    except get_engine().dialect.loaded_dbapi.Error as error:
        raise DisconnectionError("The connection was lost while it was idle.") from error


def psycopg_url(url: str) -> str:
    """Name the psycopg 3 driver in a plain `postgresql://` URL."""
    scheme, _, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if scheme in ("postgres", "postgresql") else url


class UnitOfWork:
    """One transaction, and the jobs whose messages go out once it is committed."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.jobs_to_send: list[UUID] = []

    def pending(self) -> bool:
        """Tell whether something was begun since the last commit, or messages wait to be sent."""
        return self.session.in_transaction() or bool(self.jobs_to_send)

    def begin(self) -> None:
        """Work in one transaction from here on, if this was for reading until now."""
        self.session.commit()
        self.session.bind = get_engine()

    def commit(self) -> None:
        """Commit, then send. A message that is lost here is sent again by the sweep."""
        self.session.commit()
        jobs, self.jobs_to_send = self.jobs_to_send, []
        if jobs:
            send_jobs(self.session, jobs)


def new_unit_of_work(*, reading: bool = False) -> UnitOfWork:
    """Return a unit of work that its owner commits and closes; it takes a connection when it needs one."""
    return UnitOfWork(Session(reading_engine() if reading else get_engine(), expire_on_commit=False))


@contextmanager
def unit_of_work() -> Iterator[UnitOfWork]:
    """Yield a unit of work that commits at the end, or rolls back on any error."""
    work = new_unit_of_work()
    with work.session:
        yield work
        work.commit()

"""The engine, and the unit of work: one transaction, then the messages it asked for."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from app.config import get_settings
from app.db.outbox import send_jobs

_KEPT = 16  # connections of a process that stay; threads come and go with their work
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
    most = get_settings().database_connections
    engine = create_engine(
        psycopg_url(database_url()),
        pool_size=min(_KEPT, most),
        max_overflow=max(0, most - _KEPT),
        hide_parameters=True,  # errors are logged, and values may be secrets
        connect_args=connect_args(limit_statements=_limits_statements),
    )
    event.listen(engine, "checkin", _note_time)
    event.listen(engine, "checkout", _ping_if_idle)
    return engine


def limit_statements() -> None:
    """Let no statement of this process take longer than a request should; before it has connections."""
    global _limits_statements  # noqa: PLW0603  # of the process, as its engine is
    _limits_statements = True


def connect_args(*, limit_statements: bool) -> dict[str, Any]:
    """Return what psycopg connects with; the server keeps to the limits, whatever becomes of this process."""
    settings = get_settings()
    if settings.database_pooler:
        # What belongs to a connection of the server would meet other clients, or be refused.
        return {"connect_timeout": 5, "prepare_threshold": None}
    limits = {"lock_timeout": settings.lock_seconds}
    if limit_statements:
        limits["statement_timeout"] = settings.statement_seconds
    options = " ".join(f"-c {name}={round(1000 * seconds)}" for name, seconds in limits.items())
    return {"connect_timeout": 5, "options": options}


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

    def commit(self) -> None:
        """Commit, then send. A message that is lost here is sent again by the sweep."""
        self.session.commit()
        jobs, self.jobs_to_send = self.jobs_to_send, []
        if jobs:
            send_jobs(self.session, jobs)


def new_unit_of_work() -> UnitOfWork:
    """Return a unit of work that its owner commits and closes; it takes a connection when it needs one."""
    return UnitOfWork(Session(get_engine(), expire_on_commit=False))


@contextmanager
def unit_of_work() -> Iterator[UnitOfWork]:
    """Yield a unit of work that commits at the end, or rolls back on any error."""
    work = new_unit_of_work()
    with work.session:
        yield work
        work.commit()

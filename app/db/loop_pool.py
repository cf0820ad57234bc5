"""Connections of the event loop, for the few calls that must not wait for a thread.

They are asyncpg's: a statement costs a third of the CPU that it does with psycopg.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import asyncpg

from app.config import get_settings
from app.db.session import database_url, server_settings
from app.traces import statements
from app.traces.exporting import are_sent

if TYPE_CHECKING:  # generic in its stubs alone
    Connection = asyncpg.Connection[asyncpg.Record]
else:
    Connection = asyncpg.Connection
Record = asyncpg.Record

_MOST = 8  # each is busy for a millisecond or two a call
# What a URL may tell libpq alone: asyncpg would ask the server for settings of these names.
_LIBPQS = re.compile("connect_timeout|keepalives.*|tcp_user_timeout|channel_binding|gssencmode|require_auth")

# A connection that is lost, or a wait that was ended: by the server, or on the way there.
LOST = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.LockNotAvailableError,
    # A migration changed a table under a running process.
    asyncpg.InvalidCachedStatementError,
    asyncpg.OutdatedSchemaCacheError,
)


class LoopPool:
    """One event loop's connections, opened as they are needed; they are given back as they were taken.

    asyncpg's own pool would ask for a task and two timers each time: a twentieth of all that a request costs.
    """

    def __init__(self) -> None:
        # Whether a pooler lends another connection of the server to each transaction: what is prepared by one
        # statement may be away for the next, unless both are in one.
        self.shared = get_settings().database_pooler
        self._idle: list[Connection] = []
        self._turns = asyncio.Semaphore(_MOST)

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[Connection]:
        """Lend a connection; statements outside of a transaction are each for itself.

        Waits while all are lent, which is never long: the server ends what takes long. Raises one of LOST.
        """
        async with self._turns:
            connection = self._next() or await _connect()
            try:
                yield connection
            finally:
                if not connection.is_closed():
                    self._idle.append(connection)

    def _next(self) -> Connection | None:
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        return None

    async def close(self) -> None:
        """Let all connections go."""
        while self._idle:
            await self._idle.pop().close()


# What annotators wait for finds few rows, by index. The planner does not always see that, and would read
# through a table that was empty when it looked last. One plan of each statement suits all values.
_PLANS = {"enable_seqscan": "off", "plan_cache_mode": "force_generic_plan"}


async def _connect() -> Connection:
    pooler = get_settings().database_pooler
    connection = await asyncpg.connect(
        dsn_of(database_url()),
        timeout=5,
        server_settings={} if pooler else server_settings(limit_statements=True) | _PLANS,
        statement_cache_size=0 if pooler else 100,
    )
    await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
    if are_sent():
        connection.add_query_logger(statements.ended_in_loop)
    return connection


def dsn_of(url: str) -> str:
    """Return the database's URL as asyncpg takes it."""
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query) if not _LIBPQS.fullmatch(name)]
    return urlunsplit(parts._replace(scheme="postgresql", query=urlencode(query)))

"""Connections of the event loop, for the few calls that must not wait for a thread.

They are asyncpg's: a statement costs a third of the CPU that it does with psycopg.
"""

import asyncio
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import asyncpg

from app.config import get_settings
from app.db.session import database_url, server_settings
from app.traces import statements
from app.traces.exporting import are_sent

if TYPE_CHECKING:  # generic in its stubs alone
    Connection = asyncpg.pool.PoolConnectionProxy[asyncpg.Record]
    Pool = asyncpg.Pool[asyncpg.Record]
else:
    Connection = Pool = Any
Record = asyncpg.Record

_MOST = 8  # each is busy for a millisecond or two a call
_WAIT_SECONDS = 30
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
    """One event loop's connections; the first who asks opens it."""

    def __init__(self) -> None:
        # Whether a pooler lends another connection of the server to each transaction: what is prepared by one
        # statement may be away for the next, unless both are in one.
        self.shared = get_settings().database_pooler
        self._pool: Pool | None = None
        self._opening = asyncio.Lock()

    async def take(self) -> Connection:
        """Return a connection, to be given back; statements outside of a transaction are each for itself.

        Raises one of LOST.
        """
        if self._pool is None:
            async with self._opening:
                if self._pool is None:
                    self._pool = await _open()
        return await self._pool.acquire(timeout=_WAIT_SECONDS)

    async def give_back(self, connection: Connection) -> None:
        """Give back a connection outside of any transaction."""
        if self._pool is not None:
            await self._pool.release(connection)

    async def close(self) -> None:
        """Let all connections go."""
        if self._pool is not None:
            await self._pool.close()
            self._pool = None


# What annotators wait for finds few rows, by index. The planner does not always see that, and would read
# through a table that was empty when it looked last. One plan of each statement suits all values.
_PLANS = {"enable_seqscan": "off", "plan_cache_mode": "force_generic_plan"}


async def _open() -> Pool:
    pooler = get_settings().database_pooler
    return await asyncpg.create_pool(
        dsn_of(database_url()),
        min_size=1,
        max_size=_MOST,
        init=_prepare,
        reset=_reset,
        timeout=5,
        server_settings={} if pooler else server_settings(limit_statements=True) | _PLANS,
        statement_cache_size=0 if pooler else 100,
    )


def dsn_of(url: str) -> str:
    """Return the database's URL as asyncpg takes it."""
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query) if not _LIBPQS.fullmatch(name)]
    return urlunsplit(parts._replace(scheme="postgresql", query=urlencode(query)))


async def _prepare(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
    if are_sent():
        connection.add_query_logger(statements.ended_in_loop)


async def _reset(_: object) -> None:
    """Leave a connection as it is: nothing was set on it, and asyncpg's own way asks the server each time."""

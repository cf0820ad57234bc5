"""Connections of the event loop, for the few calls that must not wait for a thread."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from app.db.session import connect_args, database_url

_MOST = 8  # each is busy for a millisecond or two a call


class LoopPool:
    """One event loop's connections; the first who asks opens it."""

    def __init__(self) -> None:
        self._pool: AsyncConnectionPool[AsyncConnection] | None = None
        self._opening = asyncio.Lock()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """Yield a connection that commits each statement outside of a transaction block by itself."""
        if self._pool is None:
            async with self._opening:
                if self._pool is None:
                    self._pool = await _open()
        async with self._pool.connection(timeout=30) as connection:
            yield connection

    async def close(self) -> None:
        """Let all connections go."""
        if self._pool is not None:
            await self._pool.close()
            self._pool = None


async def _open() -> AsyncConnectionPool[AsyncConnection]:
    scheme, _, rest = database_url().partition("://")
    pool: AsyncConnectionPool[AsyncConnection] = AsyncConnectionPool(
        f"{scheme.partition('+')[0]}://{rest}",
        min_size=1,
        max_size=_MOST,
        open=False,
        kwargs=connect_args(limit_statements=True) | {"autocommit": True},
    )
    await pool.open()
    return pool

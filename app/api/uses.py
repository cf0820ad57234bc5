"""Which tokens and sessions are used: noted in memory, and written now and then, beside the requests."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from threading import Lock

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from app.api.transaction import Turns
from app.db import uses
from app.db.seen import Shown
from app.db.session import unit_of_work

_EVERY_SECONDS = 5.0
_log = logging.getLogger(__name__)


class Uses:
    """What this process let in since it wrote that down last."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._noted: set[Shown] = set()
        self._lock = Lock()  # requests note from threads, too

    def note(self, shown: Shown) -> None:
        """Remember that a secret was used."""
        with self._lock:
            self._noted.add(shown)

    @asynccontextmanager
    async def written(self) -> AsyncIterator[None]:
        """Write now and then in the meantime, and at its end."""
        writing = asyncio.create_task(self._now_and_then())
        try:
            yield
        finally:
            writing.cancel()
            with suppress(asyncio.CancelledError):
                await writing
            await self._write()

    async def _now_and_then(self) -> None:
        while True:
            await asyncio.sleep(_EVERY_SECONDS)
            await self._write()

    async def _write(self) -> None:
        with self._lock:
            noted, self._noted = self._noted, set()
        if noted:
            async with self._turns:
                await run_in_threadpool(_write, noted)


def _write(noted: set[Shown]) -> None:
    try:
        with unit_of_work() as work:
            uses.write(work.session, noted)
    except SQLAlchemyError:  # a time of last use is not worth a second try
        _log.warning("When tokens were used last could not be written.", exc_info=True)

"""One transaction a request, committed before the response leaves."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from app.config import get_settings
from app.db.session import UnitOfWork, new_unit_of_work

T = TypeVar("T")


class Turns:
    """No more requests at once than there are connections; the others wait their turn, in order.

    A request changes threads between its parts and keeps its connection meanwhile. Without turns, more
    requests than connections would wait in all threads for connections, and those that have one for a thread.
    """

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(get_settings().database_connections)

    async def __aenter__(self) -> None:
        await self._free.acquire()

    async def __aexit__(self, *_: object) -> None:
        self._free.release()

    @asynccontextmanager
    async def aside(self) -> AsyncIterator[None]:
        """Let others have this request's turn while it waits for its caller; it must hold no connection."""
        self._free.release()
        try:
            yield
        finally:
            await self._free.acquire()


async def _work(request: Request) -> AsyncIterator[UnitOfWork]:
    async with request.app.state.turns:
        work = new_unit_of_work(reading=request.method == "GET")
        try:
            yield work
            if work.pending():  # most endpoints commit in their own thread, see `router`
                await run_in_threadpool(work.commit)
        except BaseException:
            await run_in_threadpool(work.session.close)
            raise
        work.session.close()  # nothing to do for the database any more, so no thread to wait for


# scope="function": the end of this dependency (the commit) runs before the response is sent,
# so that a commit that fails is an error the caller sees.
Work = Annotated[UnitOfWork, Depends(_work, scope="function")]


async def in_turn(request: Request, act: Callable[[UnitOfWork], T]) -> T:
    """Act in a thread, when it is the request's turn, as one transaction."""

    def acting() -> T:
        work = new_unit_of_work()
        with work.session:
            result = act(work)
            work.commit()
            return result

    async with request.app.state.turns:
        return await run_in_threadpool(acting)

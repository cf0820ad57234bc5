"""The way in for what annotators do all day: on the event loop, without a thread, where the work is simple.

Everything else comes in through `app.api.access` and `app.api.transaction`, with a thread for each part.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Annotated, Any, TypeVar

import structlog
from fastapi import Depends, Request

from app.api.access import InProject, id_in_path, shown_by
from app.api.transaction import in_turn
from app.db import driver, seen
from app.db.driver import Steps
from app.db.loop_pool import LOST, Connection, LoopPool
from app.db.models import Assignment, Image, Project
from app.db.session import UnitOfWork
from app.domain.enums import Role
from app.logs import note

T = TypeVar("T")
log = structlog.get_logger()


class _GaveUp(Exception):  # no error
    """Steps gave up, so that what they did is taken back."""


class Visit:
    """A request that was let in."""

    def __init__(self, request: Request) -> None:
        self.caller: seen.Caller
        self._request = request
        self._pool: LoopPool = request.app.state.loop_pool
        self._connection: Connection | None = None

    async def quickly(self, steps: Steps[T | None]) -> T | None:
        """Take steps as one transaction; None, and nothing written, if they give up or the line is lost."""
        found = None
        try:
            connection = await self._line()
            with suppress(_GaveUp):
                async with connection.transaction():
                    found = await driver.take_in_loop(connection, steps)
                    if found is None:
                        raise _GaveUp
        except LOST as error:
            found = None
            log.warning("short_way_lost", error=repr(error))
        if found is None:
            await self.leave()
        return found

    async def at_once(self, steps: Steps[T]) -> T | None:
        """Take steps, each statement a transaction by itself; None if the line is lost."""
        try:
            connection = await self._line()
            if not self._pool.shared:
                return await driver.take_in_loop(connection, steps)
            async with connection.transaction():
                return await driver.take_in_loop(connection, steps)
        except LOST as error:
            log.warning("short_way_lost", error=repr(error))
            await self.leave()
            return None

    async def _line(self) -> Connection:
        if self._connection is None:
            self._connection = await self._pool.take()
        return self._connection

    async def surely(self, act: Callable[[UnitOfWork], T]) -> T:
        """Act in a thread, when it is the request's turn, as one transaction."""
        await self.leave()
        return await in_turn(self._request, act)

    async def leave(self) -> None:
        """Give the connection back."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await self._pool.give_back(connection)


class Visiting:
    """Stands for a role, as `InProject`."""

    def __init__(self, role: Role, through: type[Any] = Project) -> None:
        self.role = role
        self.access = role.value
        self.through = through

    async def __call__(self, request: Request) -> AsyncIterator[Visit]:
        """Let the request in; raises what InProject raises."""
        visit = Visit(request)
        try:
            shown = shown_by(request, self.access)
            key = id_in_path(request)
            caller = await visit.at_once(seen.caller(shown, self.through, key)) if key else None
            if caller is None or not caller.role.covers(self.role):
                caller = await visit.surely(lambda work: self._told(request, work))
            request.app.state.uses.note(shown)
            visit.caller = caller
            note(user_id=caller.user_id, project_id=caller.project_id)
            yield visit
        finally:
            await visit.leave()

    def _told(self, request: Request, work: UnitOfWork) -> seen.Caller:
        """Tell what is wrong, in the long way."""
        member = InProject(self.role, self.through)(request, work)
        settings = work.session.get_one(Project, member.project_id).settings
        return seen.Caller(member.user.id, member.role, member.project_id, settings)


AnnotatorVisit = Annotated[Visit, Depends(Visiting(Role.ANNOTATOR), scope="function")]
ImageVisit = Annotated[Visit, Depends(Visiting(Role.ANNOTATOR, Image), scope="function")]
AssignmentVisit = Annotated[Visit, Depends(Visiting(Role.ANNOTATOR, Assignment), scope="function")]

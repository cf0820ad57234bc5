"""The way in for what annotators do all day: on the event loop, without a thread, where the work is simple.

Everything else comes in through `app.api.access` and `app.api.transaction`, with a thread for each part.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Annotated, Any, TypeVar

import structlog
from fastapi import Depends, Request

from app.api.access import InProject, id_in_path, shown_by
from app.api.transaction import in_turn
from app.db import driver, seen
from app.db.driver import Steps
from app.db.loop_pool import LOST, LoopPool
from app.db.models import Assignment, Image, Project
from app.db.session import UnitOfWork
from app.domain.enums import Role
from app.logs import note

T = TypeVar("T")
log = structlog.get_logger()


class _GaveUp(Exception):  # no error
    """Steps gave up, so that what they did is taken back."""


class Visit:
    """A request of somebody who shows a secret, and is let in by it if they are a member of the project."""

    def __init__(self, request: Request, through: type[Any]) -> None:
        self.shown = shown_by(request, Role.ANNOTATOR.value)
        self._caller: seen.Caller | None = None
        self._through = through
        self._request = request
        self._pool: LoopPool = request.app.state.loop_pool

    @property
    def caller(self) -> seen.Caller:
        """Who was let in; raises RuntimeError if nobody was yet."""
        if self._caller is None:
            raise RuntimeError("Nobody was let in.")
        return self._caller

    @property
    def is_in(self) -> bool:
        """Whether the caller was let in."""
        return self._caller is not None

    async def let_in(self) -> None:
        """Let the caller in; raises what InProject raises."""
        key = id_in_path(self._request)
        caller = await self.at_once(seen.caller(self.shown, self._through, key)) if key else None
        if caller is None:
            caller = await self.surely(self._told)
        self._welcome(caller)

    async def first(self, steps: Steps[tuple[seen.Caller, T | None] | None]) -> T | None:
        """Let the caller in by steps that tell who that is besides what they found, as `at_once`.

        Raises what InProject raises.
        """
        told = await self.at_once(steps)
        if told is None:
            await self.let_in()
            return None
        caller, found = told
        self._welcome(caller)
        return found

    def _welcome(self, caller: seen.Caller) -> None:
        self._caller = caller
        self._request.app.state.uses.note(self.shown)
        note(user_id=caller.user_id, project_id=caller.project_id)

    def _told(self, work: UnitOfWork) -> seen.Caller:
        """Tell what is wrong, in the long way."""
        member = InProject(Role.ANNOTATOR, self._through)(self._request, work)
        settings = work.session.get_one(Project, member.project_id).settings
        return seen.Caller(member.user.id, member.role, member.project_id, settings)

    async def quickly(self, steps: Steps[T | None]) -> T | None:
        """Take steps as one transaction; None, and nothing written, if they give up or the line is lost."""
        try:
            async with self._pool.lent() as connection:
                with suppress(_GaveUp):
                    async with connection.transaction():
                        found = await driver.take_in_loop(connection, steps)
                        if found is None:
                            raise _GaveUp
                        return found
        except LOST as error:
            log.warning("short_way_lost", error=repr(error))
        return None

    async def at_once(self, steps: Steps[T]) -> T | None:
        """Take steps, each statement a transaction by itself; None if the line is lost."""
        try:
            async with self._pool.lent() as connection:
                if not self._pool.shared:
                    return await driver.take_in_loop(connection, steps)
                async with connection.transaction():
                    return await driver.take_in_loop(connection, steps)
        except LOST as error:
            log.warning("short_way_lost", error=repr(error))
            return None

    async def surely(self, act: Callable[[UnitOfWork], T]) -> T:
        """Act in a thread, when it is the request's turn, as one transaction."""
        return await in_turn(self._request, act)


class Visiting:
    """Stands for the members of a project, as `InProject` for its least role.

    With `by_itself`, the endpoint lets its caller in by its own first statement: `Visit.first`.
    """

    access = Role.ANNOTATOR.value

    def __init__(self, through: type[Any] = Project, *, by_itself: bool = False) -> None:
        self.through = through
        self.by_itself = by_itself

    async def __call__(self, request: Request) -> Visit:
        """Let the request in; raises what InProject raises."""
        visit = Visit(request, self.through)
        if not self.by_itself or id_in_path(request) is None:
            await visit.let_in()
        request.state.visit = visit
        return visit


async def let_in_late(request: Request) -> None:
    """Let in who did not come as far as their endpoint; raises what InProject raises.

    What was wrong with a request is told to those alone who may make it.
    """
    visit: Visit | None = getattr(request.state, "visit", None)
    if visit is not None and not visit.is_in:
        await visit.let_in()


AnswersVisit = Annotated[Visit, Depends(Visiting())]
LeaseVisit = Annotated[Visit, Depends(Visiting(by_itself=True))]
ImageVisit = Annotated[Visit, Depends(Visiting(Image, by_itself=True))]
AssignmentVisit = Annotated[Visit, Depends(Visiting(Assignment, by_itself=True))]

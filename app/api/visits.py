"""The way in for what annotators do all day: a light look at the caller, and few changes of thread.

Everything else comes in through `app.api.access` and `app.api.transaction`, whose parts each change it.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from app.api.access import InProject, credential
from app.db import seen
from app.db.models import Assignment, Project
from app.db.session import UnitOfWork, new_unit_of_work
from app.domain.enums import Role


class Visit:
    """A request that was let in; what its endpoint does in `working` is one transaction."""

    def __init__(self, work: UnitOfWork, caller: seen.Caller) -> None:
        self.caller = caller
        self._work = work
        self.over = False

    @contextmanager
    def working(self) -> Iterator[UnitOfWork]:
        """Yield the transaction; it is committed, and its connection given back, at the end of the block."""
        try:
            with self._work.session:
                yield self._work
                self._work.commit()
        finally:
            self.over = True


class Visiting:
    """Stands for a role, as `InProject`."""

    def __init__(self, role: Role, through: type[Any] = Project) -> None:
        self.role = role
        self.access = role.value
        self.through = through

    async def __call__(self, request: Request) -> AsyncIterator[Visit]:
        """Wait for the request's turn, and let it in; raises what InProject raises."""
        async with request.app.state.turns:
            work = new_unit_of_work()
            visit = None
            try:
                visit = Visit(work, await run_in_threadpool(self._caller, request, work))
                yield visit
            finally:
                if visit is None or not visit.over:  # refused, here or by what checks its body
                    await run_in_threadpool(work.session.close)

    def _caller(self, request: Request, work: UnitOfWork) -> seen.Caller:
        key = _id_in(request)
        kind, fingerprint = credential(request)
        found = seen.caller(work.session, kind, fingerprint, self.through, key) if key else None
        if found is not None and found.role.covers(self.role):
            return found
        member = InProject(self.role, self.through)(request, work)  # which tells what is wrong
        settings = work.session.get_one(Project, member.project_id).settings
        return seen.Caller(member.user.id, member.role, member.project_id, settings)


def _id_in(request: Request) -> UUID | None:
    try:
        return UUID(next(iter(request.path_params.values())))
    except ValueError:
        return None


AnnotatorVisit = Annotated[Visit, Depends(Visiting(Role.ANNOTATOR), scope="function")]
AssignmentVisit = Annotated[Visit, Depends(Visiting(Role.ANNOTATOR, Assignment), scope="function")]

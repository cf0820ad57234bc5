"""Server-sent events of one project: what changed since the last look.

The database is asked, not the broker: an event can then never be lost, only late by the interval.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel
from sqlalchemy import or_, select
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from app.api.access import Annotator, shown_by
from app.api.router import Router
from app.api.transaction import Work
from app.db import classes, driver, learning, seen
from app.db.models import Job, Project
from app.db.seen import Shown
from app.db.session import unit_of_work
from app.domain.enums import CycleState, JobStatus, Role
from app.schemas.jobs import JobOut
from app.schemas.labelling import QueueOut
from app.services.blind import is_blind
from app.services.labelling import queue_out

router = Router(tags=["events"])
INTERVAL_SECONDS = 1.0
LIVE = (JobStatus.QUEUED, JobStatus.RUNNING)


class ClassesEvent(BaseModel):
    """The newest change of the label schema."""

    id: UUID


class CycleEvent(BaseModel):
    """The newest cycle, and where it is."""

    id: UUID
    number: int
    state: CycleState


Look = dict[str, tuple[str, str]]


def _look(project_id: UUID, shown: Shown, since: datetime) -> Look | None:
    """Return the present state, by key the event's name and data; None if the caller may see it no more.

    Who has left the project, lost the role or signed out since the last look hears no more.
    """
    with unit_of_work() as work:
        db = work.session
        caller = driver.take(db, seen.caller(shown, Project, project_id))
        if caller is None or not caller.role.covers(Role.ANNOTATOR):
            return None
        recent = or_(Job.status.in_(LIVE), Job.finished_at > since)
        jobs = db.scalars(select(Job).where(Job.project_id == project_id, recent).order_by(Job.id))
        found = {f"job {j.id}": ("job", JobOut.model_validate(j).model_dump_json()) for j in jobs}
        if cycle := learning.last_cycle(db, project_id):
            event = CycleEvent(id=cycle.id, number=cycle.number, state=cycle.state)
            found["cycle"] = ("cycle", event.model_dump_json())
        if change := classes.newest_change(db, project_id):
            found["classes"] = ("classes", ClassesEvent(id=change).model_dump_json())
        if project := db.get(Project, project_id):
            # Whose counts are their own must not see by others' that an answer changed none.
            own = caller.user_id if is_blind(project, caller.role) else None
            queue: QueueOut = queue_out(db, project, own, caller.role)
            found["queue"] = ("queue", queue.model_dump_json())
        return found


async def _changes(project_id: UUID, shown: Shown) -> AsyncIterator[ServerSentEvent]:
    told: Look = {}
    while True:
        since = datetime.now(UTC) - timedelta(seconds=30)
        now = await run_in_threadpool(_look, project_id, shown, since)
        if now is None:
            return
        for key, (name, data) in now.items():
            if told.get(key) != (name, data):
                yield ServerSentEvent(data, event=name)
        told = now
        await asyncio.sleep(INTERVAL_SECONDS)


@router.get("/projects/{project_id}/events", response_class=EventSourceResponse)
async def follow(project_id: UUID, request: Request, work: Work, _: Annotator) -> EventSourceResponse:
    """Follow jobs (`job`), the open queue (`queue`), the newest cycle (`cycle`) and changed `classes`."""
    await run_in_threadpool(work.session.commit)
    return EventSourceResponse(_changes(project_id, shown_by(request, Role.ANNOTATOR)), ping=15)

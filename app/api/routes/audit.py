"""Who changed what, and when."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlalchemy import Select

from app.api.access import IsAdmin, Owner
from app.api.paging import Cursor, Limit
from app.api.router import Router
from app.api.transaction import Work
from app.db import audit
from app.db.models import AuditEvent
from app.db.paging import read_page
from app.db.session import UnitOfWork
from app.domain.enums import AuditAction
from app.schemas.audit import AuditEventOut
from app.schemas.base import Page

router = Router(tags=["audit"])
Actions = Annotated[list[AuditAction] | None, Query(alias="action", description="only these")]


def _page(
    work: UnitOfWork, query: Select[AuditEvent, str | None], cursor: str | None, limit: int
) -> Page[AuditEventOut]:
    found, after = read_page(work.session, query, [AuditEvent.id], cursor, limit, descending=True)
    computed = {"user"}
    items = [
        AuditEventOut(
            **{n: getattr(event, n) for n in AuditEventOut.model_fields if n not in computed}, user=name
        )
        for event, name, *_ in found
    ]
    return Page(items=items, next_cursor=after)


@router.get("/projects/{project_id}/audit-events")
def list_project_events(
    project_id: UUID, work: Work, _: Owner, action: Actions = None, cursor: Cursor = None, limit: Limit = 100
) -> Page[AuditEventOut]:
    """List the changes of a project, newest first. Annotators' answers are their own history."""
    query = audit.events(action or []).where(AuditEvent.project_id == project_id)
    return _page(work, query, cursor, limit)


@router.get("/audit-events")
def list_events(
    work: Work, _: IsAdmin, action: Actions = None, cursor: Cursor = None, limit: Limit = 100
) -> Page[AuditEventOut]:
    """List all changes of the server and of all projects, newest first."""
    return _page(work, audit.events(action or []), cursor, limit)

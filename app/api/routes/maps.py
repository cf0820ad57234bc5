"""Maps of the pool."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from app.api.access import Engineer, InProject, Member
from app.api.paging import Cursor, Limit
from app.api.router import Router
from app.api.transaction import Work
from app.db import maps as rows
from app.db.models import Map
from app.db.paging import read_page
from app.domain.enums import Role
from app.schemas.base import Page
from app.schemas.maps import MapAccepted, MapOut, MapPointsOut
from app.services import maps
from app.storage.blobs import blob_store

router = Router(tags=["maps"])
OfMap = Annotated[Member, Depends(InProject(Role.ENGINEER, Map))]


@router.post("/projects/{project_id}/maps", status_code=202)
def draw_map(project_id: UUID, work: Work, member: Engineer) -> MapAccepted:
    """Draw the last pretext run's features in two dimensions."""
    drawn = maps.start(work, project_id, member.user.id)
    return MapAccepted(map=drawn, job=drawn.job)


@router.get("/projects/{project_id}/maps")
def list_maps(
    project_id: UUID, work: Work, _: Engineer, cursor: Cursor = None, limit: Limit = 100
) -> Page[MapOut]:
    """List maps, newest first."""
    query = rows.maps(project_id)
    found, after = read_page(work.session, query, [Map.id], cursor, limit, descending=True)
    shown = [(row, job, run, cycle) for row, job, run, cycle, *_ in found]
    items = maps.listed(work.session, project_id, shown)
    return Page(items=items, next_cursor=after)


@router.get("/maps/{map_id}/points")
def get_map_points(map_id: UUID, work: Work, member: OfMap) -> MapPointsOut:
    """Return where each image lies, with its pretext loss, confidence, classes and cycle."""
    return maps.points(work.session, blob_store(), member.found)

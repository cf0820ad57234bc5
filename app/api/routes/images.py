"""Images: lists, bytes."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Query, Request
from fastapi.responses import Response

from app.api.access import Annotator, InProject, Member
from app.api.bytes import IMMUTABLE_RESPONSES, immutable
from app.api.router import Router
from app.api.transaction import Work
from app.api.visits import ImageVisit
from app.db import gallery, rankings
from app.db import images as rows
from app.db.class_sets import ClassSets
from app.db.driver import take
from app.db.models import Image
from app.db.session import UnitOfWork
from app.domain.enums import Role
from app.domain.errors import Forbidden, NotFound
from app.domain.image_filter import ImageFilter
from app.schemas.base import Page
from app.schemas.gallery import ImageCount, ImageQuery
from app.schemas.images import ImageDetail, ImageOut
from app.services import blind, predictions
from app.storage.blobs import blob_store

router = Router(tags=["images"])
OfImage = Annotated[Member, Depends(InProject(Role.ANNOTATOR, Image))]


@router.get("/projects/{project_id}/images/count")
def count_images(
    project_id: UUID, wanted: Annotated[ImageFilter, Query()], work: Work, member: Annotator
) -> ImageCount:
    """Count the images that meet a filter."""
    _may_ask(work, member, of_people=wanted.tells_of_people)
    shas = predictions.hashes(work.session, blob_store(), project_id, wanted)
    return ImageCount(images=gallery.count(work.session, project_id, wanted, shas))


@router.get("/projects/{project_id}/images")
def list_images(
    project_id: UUID, wanted: Annotated[ImageQuery, Query()], work: Work, member: Annotator
) -> Page[ImageOut]:
    """List the images that meet a filter."""
    _may_ask(work, member, of_people=wanted.tells_of_people or wanted.order == "least_sure")
    shas = predictions.hashes(work.session, blob_store(), project_id, wanted)
    found, after = gallery.page(
        work.session,
        project_id,
        wanted,
        order=wanted.order,
        cursor=wanted.cursor,
        limit=wanted.limit,
        shas=shas,
    )
    placed = rankings.placed(work.session, project_id, [image.id for image, *_ in found])
    sets = ClassSets(work.session, project_id)
    items = [ImageOut.of(image, placed.get(image.id), name, sets.names(ids)) for image, name, ids in found]
    return Page(items=items, next_cursor=after)


def _may_ask(work: UnitOfWork, member: Member, *, of_people: bool) -> None:
    """Keep from annotators what others said, and what a hidden suggestion or a known answer would tell."""
    blind.refuse(work.session, member.project_id, member.role)
    if of_people and not member.role.covers(Role.REVIEWER):
        raise Forbidden("What people said of images is for reviewers to see.", needed=Role.REVIEWER.value)


@router.get("/images/{image_id}")
def get_image(image_id: UUID, work: Work, member: OfImage) -> ImageDetail:
    """Return what is known of one image."""
    blind.refuse(work.session, member.project_id, member.role)
    known = rows.details(work.session, member.project_id, image_id)
    names = ClassSets(work.session, member.project_id).names(known.class_ids)
    placed = (known.pool_batch, known.loss)
    told = ImageDetail.of(member.found, placed, known.label, names, metadata=known.metadata)
    # An address may hold a key to it.
    return told if member.role.covers(Role.ENGINEER) else told.model_copy(update={"source_uri": None})


@router.get("/images/{image_id}/content", response_class=Response, responses=IMMUTABLE_RESPONSES)
async def get_image_content(
    image_id: UUID, request: Request, visit: ImageVisit, size: Literal["full", "display", "thumb"] = "full"
) -> Response:
    """Return an image's bytes: as imported, or a WebP of at most 1600 or 256 px. They never change.

    A JPEG that is no larger than that is shown as it was imported.
    """
    image = await visit.first(rows.stored_for(visit.shown, image_id)) or await visit.surely(
        lambda work: take(work.session, rows.stored(image_id))
    )
    if image is None:
        raise NotFound("There is no such image.")
    return await immutable(request, image, size)

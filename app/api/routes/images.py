"""Images: lists, bytes."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from app.api.access import Annotator, InProject, Member
from app.api.bytes import blob_store, immutable
from app.api.transaction import Work
from app.db import gallery
from app.db import images as rows
from app.db.class_sets import ClassSets
from app.db.models import Image
from app.db.paging import read_page
from app.db.session import UnitOfWork
from app.domain.enums import Role
from app.domain.errors import Forbidden
from app.domain.image_filter import ImageFilter
from app.schemas.base import Page
from app.schemas.gallery import ImageCount, ImageQuery
from app.schemas.images import ImageOut
from app.services import blind, predictions

router = APIRouter(tags=["images"])
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
    query, (keys, backwards) = gallery.filtered(project_id, wanted, shas), gallery.keys(wanted.order)
    found, after = read_page(work.session, query, keys, wanted.cursor, wanted.limit, descending=backwards)
    sets = ClassSets(work.session, project_id)
    items = [
        ImageOut.model_validate(image).model_copy(update={"label": name, "labels": sets.names(ids)})
        for image, name, ids, *_ in found
    ]
    return Page(items=items, next_cursor=after)


def _may_ask(work: UnitOfWork, member: Member, *, of_people: bool) -> None:
    """Keep from annotators what others said, and what a hidden suggestion or a known answer would tell."""
    blind.refuse(work.session, member.project_id, member.role)
    if of_people and not member.role.covers(Role.REVIEWER):
        raise Forbidden("What people said of images is for reviewers to see.", needed=Role.REVIEWER.value)


@router.get("/images/{image_id}")
def get_image(image_id: UUID, work: Work, member: OfImage) -> ImageOut:
    """Return one image's metadata."""
    blind.refuse(work.session, member.project_id, member.role)
    name, ids = rows.label_of(work.session, image_id)
    names = ClassSets(work.session, member.project_id).names(ids)
    return ImageOut.model_validate(member.found).model_copy(update={"label": name, "labels": names})


@router.get("/images/{image_id}/content", response_class=Response)
def get_image_content(
    image_id: UUID, request: Request, member: OfImage, size: Literal["full", "display", "thumb"] = "full"
) -> Response:
    """Return an image's bytes: as imported, or a WebP of at most 1600 or 256 px. They never change."""
    return immutable(request, member.found, size)

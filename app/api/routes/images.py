"""Images: lists, bytes."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from sqlalchemy import func

from app.api.access import Annotator, InProject, Member
from app.api.bytes import immutable
from app.api.paging import Cursor, Limit
from app.api.transaction import Work
from app.db import images as rows
from app.db.models import Image
from app.db.paging import Key, read_page
from app.domain.enums import Role, Split
from app.schemas.base import Page
from app.schemas.images import ImageOut

router = APIRouter(tags=["images"])
OfImage = Annotated[Member, Depends(InProject(Role.ANNOTATOR, Image))]
Order = Literal["oldest", "newest", "hardest", "easiest"]


@router.get("/projects/{project_id}/images")
def list_images(
    project_id: UUID,
    work: Work,
    _: Annotator,
    split: Split | None = None,
    pool_batch: Annotated[int | None, Query(ge=1)] = None,
    labelled: bool | None = None,
    class_name: Annotated[str | None, Query(alias="class", max_length=100)] = None,
    order: Order = "oldest",
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[ImageOut]:
    """List images; `hardest` and `easiest` order by pretext loss."""
    query = rows.listing(
        project_id, split=split, pool_batch=pool_batch, labelled=labelled, class_name=class_name
    )
    keys: list[Key] = [Image.id]
    if order in ("hardest", "easiest"):
        keys.insert(0, func.coalesce(Image.pretext_loss, 0.0))
    backwards = order in ("newest", "hardest")
    found, after = read_page(work.session, query, keys, cursor, limit, descending=backwards)
    items = [ImageOut.model_validate(image).model_copy(update={"label": name}) for image, name, *_ in found]
    return Page(items=items, next_cursor=after)


@router.get("/images/{image_id}")
def get_image(image_id: UUID, work: Work, member: OfImage) -> ImageOut:
    """Return one image's metadata."""
    label = rows.label_name(work.session, image_id)
    return ImageOut.model_validate(member.found).model_copy(update={"label": label})


@router.get("/images/{image_id}/content", response_class=Response)
def get_image_content(
    image_id: UUID, request: Request, member: OfImage, size: Literal["full", "display", "thumb"] = "full"
) -> Response:
    """Return an image's bytes: as imported, or a WebP of at most 1600 or 256 px. They never change."""
    return immutable(request, member.found, size)

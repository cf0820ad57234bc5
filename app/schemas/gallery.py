"""Pages of a filtered pool."""

from typing import Annotated

from pydantic import Field

from app.domain.image_filter import ImageFilter, Order
from app.schemas.base import Out


class ImageQuery(ImageFilter):
    """A filter, an order, and a page."""

    order: Order = Field(
        "oldest",
        description="`hardest` and `easiest`: by pretext loss; `least_sure`: by the confidence of the newest "
        "suggestion (reviewers and above); images without either come last",
    )
    cursor: str | None = Field(None, max_length=2000)
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


class ImageCount(Out):
    """How many images meet a filter."""

    images: int

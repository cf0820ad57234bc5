"""Images."""

from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, Self
from uuid import UUID

from pydantic import Field

from app.domain.enums import Split
from app.schemas.base import Out


class ImageOut(Out):
    """One picture of a project."""

    id: UUID
    project_id: UUID
    sha256: str
    filename: str
    width: int
    height: int
    format: str
    bytes: int
    split: Split
    pool_batch: int | None
    pretext_loss: float | None
    label: str | None = Field(None, description="name of the accepted class")
    labels: list[str] | None = Field(
        None, description="in place of `label` where an image may have several; [] is none of them"
    )
    duplicate_of_id: UUID | None = Field(
        None, description="the image that shows the same shot, as the last query that compared them found"
    )
    created_at: datetime

    @classmethod
    def of(
        cls,
        image: Any,
        placed: tuple[int | None, float | None] | None,
        label: str | None = None,
        labels: list[str] | None = None,
        **more: Any,
    ) -> Self:
        """Return a row of the images with pool batch and loss, if it has them, its label, and more fields."""
        pool_batch, loss = placed or (None, None)
        told = {"pool_batch": pool_batch, "pretext_loss": loss, "label": label, "labels": labels} | more
        names = cls.model_fields.keys() - told.keys()
        return cls.model_validate({name: getattr(image, name) for name in names} | told)

    def veiled(self) -> Self:
        """Return the image without what would tell whether its answer is known: folders may name classes."""
        told = {"split": Split.POOL, "pool_batch": None, "pretext_loss": None, "label": None, "labels": None}
        told |= {"duplicate_of_id": None}
        return self.model_copy(update=told | {"filename": PurePosixPath(self.filename).name})


class ImageDetail(ImageOut):
    """One picture of a project, with what its list said of it."""

    metadata: dict[str, Any] = Field(description="the other columns of the list that the image came with")
    source_uri: str | None = Field(
        description="to engineers: where the bytes lie that the store does not have; null where it has them"
    )

"""Images."""

from datetime import datetime
from pathlib import PurePosixPath
from typing import Self
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
    created_at: datetime

    def veiled(self) -> Self:
        """Return the image without what would tell whether its answer is known: folders may name classes."""
        told = {"split": Split.POOL, "pool_batch": None, "pretext_loss": None, "label": None, "labels": None}
        return self.model_copy(update=told | {"filename": PurePosixPath(self.filename).name})

"""Images."""

from datetime import datetime
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

"""Maps of the pool."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from app.domain.enums import PretextTaskName
from app.schemas.base import Out
from app.schemas.jobs import JobOut


class MapOut(Out):
    """A pretext run's features in two dimensions."""

    id: UUID
    project_id: UUID
    pretext_run_id: UUID
    task: PretextTaskName = Field(description="of the pretext run")
    images: int | None = Field(description="of the pretext run; null until the map is drawn")
    points: int | None = Field(description="images on the map: all, or 20,000 drawn by chance")
    model_cycle: int | None = Field(description="number of the cycle whose task model gave the confidences")
    outdated: bool = Field(description="whether there is a newer pretext run or task model")
    created_at: datetime
    job: JobOut


class MapAccepted(Out):
    """A map was accepted; a job draws it."""

    map: MapOut
    job: JobOut


class MapPointsOut(Out):
    """The points of a map, in columns of equal length; classes and cycles are as they are now."""

    image_ids: list[UUID]
    x: list[float] = Field(description="0..1")
    y: list[float] = Field(description="0..1")
    loss: list[float | None] = Field(description="the pretext loss")
    confidence: list[float | None] = Field(description="of the task model; null without one")
    classes: list[list[int] | None] = Field(
        description="positions among the project's classes; null: no label; empty: none of them"
    )
    cycle: list[int | None] = Field(description="number of the first cycle that asked for the image")

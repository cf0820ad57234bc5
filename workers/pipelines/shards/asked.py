"""What a shard asks for, as a file in the blob store that every worker can read."""

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from app.domain.enums import ImportLabels, ImportMode
from workers.ml.passes import Output


class NetworkKind(StrEnum):
    """What kind of network a file in the blob store is."""

    TASK = "task"
    PRETEXT = "pretext"


class Scores(BaseModel):
    """What a stored network says of some images, by their content hashes."""

    kind: Literal["scores"] = "scores"
    network: NetworkKind
    weights_sha256: str
    outputs: list[Output]
    images: list[str]


class Files(BaseModel):
    """Some files of an import: `count` from the one after the first `passed` on; None: all that follow.

    `sources` are those of the job's parameters. Together they have `total` files: who finds another number
    sees another listing, and would take other files.
    """

    kind: Literal["files"] = "files"
    sources: list[dict[str, str]]
    labels: ImportLabels
    mode: ImportMode
    size: int
    passed: int
    count: int | None
    total: int


class Asked(BaseModel):
    """What a shard asks for. It names the job, so that no two jobs share a file that may be removed."""

    job_id: UUID
    project_id: UUID
    part: Annotated[Scores | Files, Field(discriminator="kind")]

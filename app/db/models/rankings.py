"""Pretext runs, the order they give the pool, and their maps."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, HasId
from app.db.models.columns import ref
from app.domain import enums


class PretextRun(HasId, Base):
    """One training of a pretext task on the pool."""

    __tablename__ = "pretext_runs"
    __table_args__ = (Index("ix_pretext_runs_project_id_id", "project_id", "id"),)
    project_id: Mapped[UUID] = ref("projects.id")
    job_id: Mapped[UUID] = ref("jobs.id")
    task: Mapped[enums.PretextTaskName]
    order: Mapped[enums.PoolOrder] = mapped_column(default=enums.PoolOrder.DESCENDING)
    pool_batches: Mapped[int]
    epochs: Mapped[int | None]
    seed: Mapped[int]
    image_count: Mapped[int | None]
    history: Mapped[dict[str, Any]] = mapped_column(default=dict)
    lower_bounds: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # By number: how many images each pool batch holds, its lowest and its highest loss.
    batches: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    weights_sha256: Mapped[str | None]
    features_sha256: Mapped[str | None]
    finished_at: Mapped[datetime | None]


class PretextScore(Base):
    """The loss, rank and pool batch that a pretext run gave one image."""

    __tablename__ = "pretext_scores"
    __table_args__ = (
        UniqueConstraint("pretext_run_id", "rank"),
        # The gallery's orders by loss, either way, and its pages of a pool batch.
        Index("ix_pretext_scores_loss", "pretext_run_id", "loss", "image_id"),
        Index("ix_pretext_scores_pool_batch", "pretext_run_id", "pool_batch", "image_id"),
    )
    # The image first, so that the key also finds what goes with an image.
    image_id: Mapped[UUID] = mapped_column(ForeignKey("images.id", ondelete="CASCADE"), primary_key=True)
    pretext_run_id: Mapped[UUID] = mapped_column(
        ForeignKey("pretext_runs.id", ondelete="CASCADE"), primary_key=True
    )
    loss: Mapped[float]
    rank: Mapped[int | None]
    pool_batch: Mapped[int]


class BatchLabels(Base):
    """Labels that came to a pool batch, or went: the sum is how many there are (`app.db.label_counts`)."""

    __tablename__ = "batch_labels"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    pretext_run_id: Mapped[UUID] = ref("pretext_runs.id", index=True)
    pool_batch: Mapped[int]
    labels: Mapped[int] = mapped_column(BigInteger)


class Map(HasId, Base):
    """A pretext run's features in two dimensions, and how sure a task model is of each image."""

    __tablename__ = "maps"
    __table_args__ = (Index("ix_maps_project_id_id", "project_id", "id"),)
    project_id: Mapped[UUID] = ref("projects.id")
    job_id: Mapped[UUID] = ref("jobs.id")
    pretext_run_id: Mapped[UUID] = ref("pretext_runs.id")
    model_id: Mapped[UUID | None] = ref("models.id")
    # Of the run, and those of them that have a point; null until the map is drawn.
    images: Mapped[int | None]
    points: Mapped[int | None]
    points_sha256: Mapped[str | None]

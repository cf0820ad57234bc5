"""The image pool, and what each image is."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, UniqueConstraint, Uuid, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, HasId
from app.db.models.columns import one_or_set, ref
from app.domain import enums


class Image(HasId, Base):
    """One picture of a project, identified by its content."""

    __tablename__ = "images"
    __table_args__ = (
        UniqueConstraint("project_id", "sha256"),
        Index("ix_images_listing", "project_id", "split", "id"),
        Index("ix_images_project_id_id", "project_id", "id"),
        Index("ix_images_filename", "project_id", "filename", "id"),
        # An order of the gallery: what has no confidence comes last.
        Index(
            "ix_images_least_sure",
            "project_id",
            text("COALESCE(confidence, '1e+30'::double precision)"),
            "id",
        ),
        Index("ix_images_unsettled", "project_id", "id", postgresql_where=text("unsettled")),
        Index(
            "ix_images_duplicates", "project_id", "id", postgresql_where=text("duplicate_of_id IS NOT NULL")
        ),
        Index(
            "ix_images_duplicate_of_id",
            "duplicate_of_id",
            postgresql_where=text("duplicate_of_id IS NOT NULL"),
        ),
    )
    project_id: Mapped[UUID] = ref("projects.id")
    sha256: Mapped[str]
    filename: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    format: Mapped[str]
    bytes: Mapped[int] = mapped_column(BigInteger)
    split: Mapped[enums.Split]
    # Of the newest suggestion.
    confidence: Mapped[float | None]
    # Answered, but without a label: people disagree, or a reviewer decides. It is not queried again.
    unsettled: Mapped[bool] = mapped_column(default=False)
    # The image that shows the same shot, as the last query that compared the two found it.
    duplicate_of_id: Mapped[UUID | None] = ref("images.id", on_delete="SET NULL")
    # Where the bytes lie, if not in the store: an address that is referenced (app.storage.originals).
    source_uri: Mapped[str | None]
    # What its list said beyond class and split; `metadata` is SQLAlchemy's own name.
    told: Mapped[dict[str, Any]] = mapped_column(
        "metadata", default=dict, server_default=text("'{}'"), deferred=True
    )


class ImageCount(Base):
    """How many images of a split a project has, and their bytes; triggers on `images` keep it."""

    __tablename__ = "image_counts"
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True)
    split: Mapped[enums.Split] = mapped_column(primary_key=True)
    images: Mapped[int] = mapped_column(BigInteger)
    bytes: Mapped[int] = mapped_column(BigInteger)


class LabelCount(Base):
    """Labels that came, or went, by what they say: the sum is how many there are (`app.db.label_counts`)."""

    __tablename__ = "label_counts"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    project_id: Mapped[UUID] = ref("projects.id", index=True)
    split: Mapped[enums.Split]
    said: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    labels: Mapped[int] = mapped_column(BigInteger)


class Label(Base):
    """The accepted answer for one image. Its class is never one that was merged or removed.

    A set of classes may name merged ones: it counts as what they are now (`app.db.class_sets`).
    """

    __tablename__ = "labels"
    __table_args__ = (Index("ix_labels_project_id_image_id", "project_id", "image_id"), one_or_set())
    image_id: Mapped[UUID] = mapped_column(ForeignKey("images.id", ondelete="CASCADE"), primary_key=True)
    project_id: Mapped[UUID] = ref("projects.id")
    class_id: Mapped[UUID | None] = ref("classes.id", on_delete="NO ACTION")
    class_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))
    source: Mapped[enums.LabelSource]
    cycle_id: Mapped[UUID | None] = ref("cycles.id", index=True)
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

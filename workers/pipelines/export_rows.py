"""The accepted labels of a project, one after the other, however many there are."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.class_sets import ClassSets
from app.db.models import Class, Image, Label
from app.domain.enums import LabelSource, Split
from app.storage.blobs import blob_store
from app.storage.originals import read_original
from workers.images.fetching import in_order

_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One image's label: a class, or, where images may show several, a list of them (`names`)."""

    image_id: UUID
    filename: str
    sha256: str
    format: str
    split: Split
    name: str | None
    names: list[str] | None
    source: LabelSource
    cycle_id: UUID | None
    updated_at: datetime
    size: int  # of the original, in bytes
    source_uri: str | None
    metadata: dict[str, Any]

    def original(self) -> bytes:
        """The image's bytes; raises as `read_original`."""
        return read_original(blob_store(), self.sha256, self.source_uri)

    def metadata_text(self) -> str | None:
        """The metadata as JSON; None if there is none."""
        return json.dumps(self.metadata, ensure_ascii=False) if self.metadata else None

    @property
    def classes(self) -> list[str]:
        """The classes, as a list in any case."""
        return self.names if self.names is not None else [self.name] if self.name else []

    @property
    def file(self) -> str:
        """What the image's file is called in an export: unique, whatever it was called before."""
        return f"{self.sha256}.{self.format.lower()}"

    def told(self) -> dict[str, Any]:
        """The row of a table: texts, a list of them for `classes`, and None."""
        return {
            "image_id": str(self.image_id),
            "filename": self.filename,
            "sha256": self.sha256,
            "split": self.split.value,
            **({"class": self.name} if self.names is None else {"classes": self.names}),
            "source": self.source.value,
            "cycle_id": str(self.cycle_id) if self.cycle_id else None,
            "updated_at": self.updated_at.isoformat(),
            "metadata": self.metadata,
        }


def label_rows(session: Session, project_id: UUID) -> Iterator[LabelRow]:
    """Yield a project's labels in the order of their images; never more than some thousands are in memory."""
    sets = ClassSets(session, project_id)
    query = (
        select(
            *(Image.id, Image.filename, Image.sha256, Image.format, Image.split, Class.name),
            *(Label.class_ids, Label.source, Label.cycle_id, Label.updated_at),
            *(Image.bytes, Image.source_uri, Image.told),
        )
        .join(Image, Image.id == Label.image_id)
        .outerjoin(Class, Class.id == Label.class_id)
        .where(Label.project_id == project_id)
        .order_by(Label.image_id)
        .execution_options(yield_per=_AT_ONCE)
    )
    for image_id, filename, sha, form, split, name, ids, *others in session.execute(query):
        yield LabelRow(image_id, filename, sha, form, split, name, sets.names(ids), *others)


def with_originals(rows: Iterable[LabelRow]) -> Iterator[tuple[LabelRow, bytes]]:
    """Yield each row with the image's bytes; several are read at once. Raises as `read_original`."""
    return in_order(rows, lambda row: (row, row.original()), lambda row: row.size)

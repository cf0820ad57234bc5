"""Writing imported images and the labels that came with them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.db import class_sets, classes, projects
from app.db.base import new_id
from app.db.models import Class, Label
from app.domain.class_defaults import COLORS, HOTKEYS, NONE_FOLDER
from app.domain.enums import LabelSource, SchemaChangeKind, Split

# By array, because a statement with a value for each column of each image takes longer to write than to run.
_COLUMNS = ("sha256", "filename", "width", "height", "format", "bytes", "source_uri")
_ADD = """
INSERT INTO images (
    id, project_id, sha256, filename, width, height, format, bytes, source_uri, metadata, split, unsettled
)
SELECT id, %(project)s, sha256, filename, width, height, format, bytes, source_uri, metadata::jsonb,
    split::split, false
FROM unnest(
    %(id)s::uuid[], %(sha256)s::text[], %(filename)s::text[], %(width)s::int[], %(height)s::int[],
    %(format)s::text[], %(bytes)s::bigint[], %(source_uri)s::text[], %(metadata)s::text[], %(split)s::text[]
) AS new (id, sha256, filename, width, height, format, bytes, source_uri, metadata, split)
ON CONFLICT (project_id, sha256) DO NOTHING
"""
# Bytes that the store has once stay there; those that are referenced are where they were seen last.
_SEEN_AGAIN = """
UPDATE images SET
    source_uri = CASE WHEN images.source_uri IS NOT NULL THEN new.source_uri END,
    metadata = CASE WHEN new.metadata = '{}' THEN images.metadata ELSE new.metadata END
FROM (
    SELECT sha256, source_uri, metadata::jsonb AS metadata
    FROM unnest(%(sha256)s::text[], %(source_uri)s::text[], %(metadata)s::text[])
        AS listed (sha256, source_uri, metadata)
) new
WHERE images.project_id = %(project)s AND images.sha256 = new.sha256 AND (
    (images.source_uri IS NOT NULL AND images.source_uri IS DISTINCT FROM new.source_uri)
    OR (new.metadata <> '{}' AND images.metadata <> new.metadata)
)
"""
_FIND = """
SELECT id, sha256, split::text FROM images
WHERE project_id = %(project)s AND sha256 = ANY (%(sha256)s::text[])
"""


@dataclass(frozen=True)
class NewImage:
    """One image to be; `classes` are the names of its classes, () for none of them, None if nobody says.

    `source_uri`: where its bytes stay, None if the store has them. `metadata`: what else its list says.
    """

    sha256: str
    filename: str
    width: int
    height: int
    format: str
    bytes: int
    split: Split
    classes: tuple[str, ...] | None
    source_uri: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)


class ClassNames:
    """The class that each name means; it may add those it does not know, while `may_grow`."""

    def __init__(self, session: Session, project_id: UUID) -> None:
        self.project_id = project_id
        self.several = class_sets.several(session, project_id)
        self.may_grow = False
        self.read(session)

    def read(self, session: Session) -> None:
        """Read them anew, and keep them from being merged or removed until the transaction ends.

        Names of before a renaming or a merge go on meaning what the class has become.
        """
        if self.may_grow:
            projects.lock(session, self.project_id)
        self.ids = classes.ids_to_label_with(session, self.project_id)

    def said_by(self, session: Session, names: tuple[str, ...] | None) -> list[UUID] | None:
        """Return what names say of an image: its class, or its classes, `[]` for none; None for nothing.

        Nothing is said by names of which one is unknown, nor by several where images have one class each.
        """
        if names is None or (len(names) != 1 and not self.several):
            return None
        if self.several and names == (NONE_FOLDER,) and NONE_FOLDER not in self.ids:
            return []
        ids = [self.id_of(session, name) for name in names]
        return None if None in ids else [one for one in ids if one]

    def id_of(self, session: Session, folder: str) -> UUID | None:
        """Return the class a name means; None for an unknown one."""
        if folder not in self.ids and self.may_grow and len(folder) <= 100:
            position = len(projects.classes(session, self.project_id))
            row = Class(
                project_id=self.project_id,
                name=folder,
                color=COLORS[position % len(COLORS)],
                hotkey=HOTKEYS[position] if position < len(HOTKEYS) else None,
                position=position,
            )
            session.add(row)
            session.flush()
            added = {"name": folder, "color": row.color, "hotkey": row.hotkey}
            classes.record(session, row, None, SchemaChangeKind.ADDED, before={}, after=added)
            self.ids[folder] = row.id
        return self.ids.get(folder)


def add_images(
    session: Session, project_id: UUID, rows: Sequence[NewImage], classes: ClassNames
) -> tuple[int, int]:
    """Add images that are not there yet, and labels where there are none; returns how many of each.

    A class is taken over for an image that is there already only if the split is the same: a pool image
    that comes again as a test image stays what it was. Where images may have several classes, one that
    imports alone have labelled gets each class that its bytes come with; that it has none counts only where
    nothing says that it has one. Metadata is what the last list said; a copy takes the place of a reference.
    """
    if not rows:
        return 0, 0
    columns = {name: [getattr(row, name) for row in rows] for name in _COLUMNS}
    columns["metadata"] = [json.dumps(row.metadata) for row in rows]
    columns |= {"id": [new_id() for _ in rows], "split": [row.split.name for row in rows]}
    session.connection().exec_driver_sql(_ADD, columns | {"project": project_id})
    found = session.connection().exec_driver_sql(_FIND, {"project": project_id, "sha256": columns["sha256"]})
    present = {sha: (image_id, Split[split]) for image_id, sha, split in found}
    added = len({image_id for image_id, _ in present.values()} & set(columns["id"]))
    if added < len(rows):
        _see_again(session, project_id, {row.sha256: row for row in rows})
    labels: dict[UUID, list[UUID]] = {}
    for row in rows:
        said = classes.said_by(session, row.classes)
        image_id, split = present[row.sha256]
        if said is not None and split is row.split:
            labels.setdefault(image_id, []).extend(said)
    if classes.several:
        return added, _add_sets(session, project_id, labels)
    return added, _add_labels(session, project_id, {image: ids[0] for image, ids in labels.items()})


def _see_again(session: Session, project_id: UUID, rows: dict[str, NewImage]) -> None:
    """Keep what an import says anew of images that are there already."""
    columns = {
        "sha256": list(rows),
        "source_uri": [row.source_uri for row in rows.values()],
        "metadata": [json.dumps(row.metadata) for row in rows.values()],
    }
    session.connection().exec_driver_sql(_SEEN_AGAIN, columns | {"project": project_id})


def _add_labels(session: Session, project_id: UUID, labels: dict[UUID, UUID]) -> int:
    if not labels:
        return 0
    values = [
        {"image_id": i, "project_id": project_id, "class_id": c, "source": LabelSource.IMPORT}
        for i, c in labels.items()
    ]
    row = upsert(Label).values(values).on_conflict_do_nothing(index_elements=[Label.image_id])
    return len(session.scalars(row.returning(Label.image_id)).all())


def _add_sets(session: Session, project_id: UUID, labels: dict[UUID, list[UUID]]) -> int:
    """Add labels that are sets, and classes to those that imports gave; returns how many are new or grew."""
    query = select(Label.image_id, Label.class_ids, Label.source).where(Label.image_id.in_(labels))
    there = {image: (ids or [], source) for image, ids, source in session.execute(query.with_for_update())}
    grown = 0
    for image_id, (known, source) in there.items():
        ids = sorted({*known, *labels[image_id]})
        if source is LabelSource.IMPORT and ids != known:
            session.execute(update(Label).where(Label.image_id == image_id).values(class_ids=ids))
            grown += 1
    values = [
        {
            "image_id": image_id,
            "project_id": project_id,
            "class_ids": sorted(set(ids)),
            "source": LabelSource.IMPORT,
        }
        for image_id, ids in labels.items()
        if image_id not in there
    ]
    if not values:
        return grown
    row = upsert(Label).values(values).on_conflict_do_nothing(index_elements=[Label.image_id])
    return grown + len(session.scalars(row.returning(Label.image_id)).all())

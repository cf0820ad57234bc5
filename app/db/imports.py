"""Writing imported images and the labels that came with them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.db import class_sets, classes, projects
from app.db.base import new_id
from app.db.models import Class, Image, Label
from app.domain.class_defaults import COLORS, HOTKEYS, NONE_FOLDER
from app.domain.enums import LabelSource, SchemaChangeKind, Split


@dataclass(frozen=True)
class NewImage:
    """One image to be; `folder` names its class, or is None."""

    sha256: str
    filename: str
    width: int
    height: int
    format: str
    bytes: int
    split: Split
    folder: str | None


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

    def said_by(self, session: Session, folder: str | None) -> list[UUID] | None:
        """Return what a folder says of its images: their class, `[]` for none of them, None for nothing."""
        if self.several and folder == NONE_FOLDER and folder not in self.ids:
            return []
        class_id = self.id_of(session, folder)
        return None if class_id is None else [class_id]

    def id_of(self, session: Session, folder: str | None) -> UUID | None:
        """Return the class a folder names; None without a folder, or for an unknown one."""
        if folder is None:
            return None
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
    nothing says that it has one.
    """
    if not rows:
        return 0, 0
    values = [
        {name: value for name, value in asdict(row).items() if name != "folder"}
        | {"id": new_id(), "project_id": project_id}
        for row in rows
    ]
    added = session.scalars(
        upsert(Image)
        .values(values)
        .on_conflict_do_nothing(index_elements=[Image.project_id, Image.sha256])
        .returning(Image.id)
    ).all()
    present = {
        sha: (image_id, split)
        for image_id, sha, split in session.execute(
            select(Image.id, Image.sha256, Image.split).where(
                Image.project_id == project_id, Image.sha256.in_([row.sha256 for row in rows])
            )
        )
    }
    labels: dict[UUID, list[UUID]] = {}
    for row in rows:
        said = classes.said_by(session, row.folder)
        image_id, split = present[row.sha256]
        if said is not None and split is row.split:
            labels.setdefault(image_id, []).extend(said)
    if classes.several:
        return len(added), _add_sets(session, project_id, labels)
    return len(added), _add_labels(session, project_id, {image: ids[0] for image, ids in labels.items()})


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

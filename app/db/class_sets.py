"""Sets of classes, where an image may show several: what was said is kept, and read as what it is now.

A single label follows each merge, so that lists need no more than a join. A set does not: undoing a merge
would have to know which of the two classes was in it before. It keeps the ids that were said, and everything
that reads it goes through the schema as it is now.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.db import classes
from app.db.models import Annotation, Class, Control, Label, Project
from app.domain.enums import ProjectTask

# One class, or a set of them in ascending order.
OneOrSet = UUID | list[UUID]


def stored(answer: OneOrSet | None) -> dict[str, UUID | list[UUID] | None]:
    """Return the columns `class_id` and `class_ids` of an answer."""
    if isinstance(answer, list):
        return {"class_id": None, "class_ids": answer}
    return {"class_id": answer, "class_ids": None}


def answer_of(row: Annotation | Control | Label) -> OneOrSet:
    """Return what a row says."""
    said = row.class_ids if row.class_id is None else row.class_id
    assert said is not None  # noqa: S101  # a constraint of the table
    return said


def several(session: Session, project_id: UUID) -> bool:
    """Tell whether images of a project may show several classes."""
    task = session.scalar(select(Project.task).where(Project.id == project_id))
    return task is ProjectTask.MULTI_LABEL_CLASSIFICATION


class ClassSets:
    """What a project's sets of classes are called. The schema is read once, and only if there is a set."""

    def __init__(self, session: Session, project_id: UUID) -> None:
        self._session = session
        self._project_id = project_id

    @cached_property
    def _present(self) -> dict[UUID, Class | None]:
        return classes.present_of(self._session, self._project_id)

    @cached_property
    def _names(self) -> dict[UUID, str]:
        query = select(Class.id, Class.name).where(Class.project_id == self._project_id)
        return dict(self._session.execute(query).all())

    def present(self, ids: Iterable[UUID]) -> list[Class]:
        """Return what the classes are now, each once, in the schema's order, without those removed."""
        found = {row.id: row for key in ids if (row := self._present.get(key)) is not None}
        return sorted(found.values(), key=lambda row: (row.position, row.id))

    def one(self, class_id: UUID) -> str | None:
        """Return the name of what a class is now; None if it was removed."""
        now = self._present[class_id]
        return now.name if now else None

    def names(self, ids: Iterable[UUID] | None) -> list[str] | None:
        """Return the names of `present`; None for None."""
        return None if ids is None else [row.name for row in self.present(ids)]

    def said(self, ids: Sequence[UUID] | None) -> list[str] | None:
        """Return the names of the very classes that were said, merged and removed ones included."""
        if ids is None:
            return None
        places = {key: row.position if (row := self._present[key]) else -1 for key in ids}
        return [self._names[key] for key in sorted(ids, key=lambda key: (places[key], key))]


def holds(project_id: UUID, class_name: str) -> ColumnElement[bool]:
    """The condition that a label is a set with the class that has this name now."""
    ends = classes.ends(project_id)
    said = (
        select(func.array_agg(ends.c.said))
        .join(Class, Class.id == ends.c.present)
        .where(Class.name == class_name)
    )
    overlaps: ColumnElement[bool] = Label.class_ids.overlap(said.scalar_subquery())
    return overlaps


def name_and_lock(session: Session, project_id: UUID, names: Sequence[str]) -> tuple[list[UUID], list[str]]:
    """Return the classes that names mean, in ascending order, and the names that mean none.

    They are kept from being merged or removed until the transaction ends. Names of before a renaming or a
    merge are known, too.
    """
    wanted = select(Class).where(Class.project_id == project_id, Class.name.in_(names), classes.LIVE)
    rows = session.scalars(
        wanted.order_by(Class.id).with_for_update(read=True, key_share=True),
        execution_options={"populate_existing": True},
    )
    found = {row.name: row.id for row in rows}
    missing = [name for name in names if name not in found]
    gone: list[str] = []
    if missing:
        older = classes.named(session, project_id)
        for name in missing:
            row = older.get(name)
            if row is None or classes.path_of(session, row.id)[2]:
                gone.append(name)
            else:
                found[name] = row.id
    return sorted(set(found.values())), gone

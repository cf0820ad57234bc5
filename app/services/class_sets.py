"""Which projects take one class for an image, and which take sets of them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import class_sets
from app.db.models import Project
from app.domain.enums import ProjectTask
from app.domain.errors import Invalid, NotSupported, UnknownClass


class OneClass(Invalid):
    """The project's images have one class each, and several were given."""

    code = "one_class"


class SeveralClasses(Invalid):
    """The project's images may have several classes: answers are lists, also of a single one, or of none."""

    code = "several_classes"


class OneClassOnly(NotSupported):
    """What is asked for works only where images have one class each."""

    code = "one_class_only"


def refuse_one(task: ProjectTask) -> None:
    """Raise SeveralClasses where one class is no answer."""
    if task is ProjectTask.MULTI_LABEL_CLASSIFICATION:
        raise SeveralClasses(
            "Images of this project may have several classes: give `classes`.", field="class"
        )


def chosen(db: Session, project_id: UUID, names: Sequence[str]) -> list[UUID]:
    """Return the classes that names mean, in ascending order; no names say: none of the classes.

    They stay as they are until the transaction ends. Raises OneClass, UnknownClass.
    """
    if db.get_one(Project, project_id).task is not ProjectTask.MULTI_LABEL_CLASSIFICATION:
        raise OneClass("Images of this project have one class: give `class`.", field="classes")
    ids, unknown = class_sets.name_and_lock(db, project_id, [name.strip() for name in names])
    if unknown:
        said = ", ".join(repr(name) for name in unknown)
        raise UnknownClass(f"The project has no class {said}.", field="classes", names=unknown)
    return ids


def refuse_sets(task: ProjectTask, what: str) -> None:
    """Raise OneClassOnly where images may have several classes."""
    if task is ProjectTask.MULTI_LABEL_CLASSIFICATION:
        raise OneClassOnly(f"{what} work for projects whose images have one class each.", task=task.value)

"""Projects and their label schema."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.db import projects
from app.db.models import Annotation, Class, Label, Member, Project, Review, User
from app.domain.class_defaults import COLORS, HOTKEYS, RESERVED_HOTKEYS
from app.domain.enums import ProjectTask, Role, Split
from app.domain.errors import Conflict, Invalid, NotSupported
from app.domain.project_settings import ProjectSettings
from app.schemas.projects import (
    ClassIn,
    ClassOut,
    Counts,
    ProjectCreate,
    ProjectOut,
    ProjectPatch,
)


class ClassInUse(Conflict):
    """A class that answers refer to cannot go."""

    code = "class_in_use"


def create(db: Session, user: User, new: ProjectCreate) -> Project:
    """Add a project that the caller owns."""
    if new.task is not ProjectTask.CLASSIFICATION:
        raise NotSupported("Only classification projects work now.", field="task")
    project = Project(name=new.name, task=new.task, settings=new.settings.model_dump(mode="json"))
    db.add(project)
    db.flush()
    db.add(Member(project_id=project.id, user_id=user.id, role=Role.OWNER))
    _set_classes(db, project.id, new.classes)
    return project


def change(db: Session, project_id: UUID, patch: ProjectPatch) -> Project:
    """Change what the patch names; raises ClassInUse."""
    project = projects.lock(db, project_id)
    if patch.name is not None:
        project.name = patch.name
    if patch.settings is not None:
        project.settings = patch.settings.model_dump(mode="json")
    if patch.classes is not None:
        _set_classes(db, project_id, patch.classes)
    db.flush()
    return project


def outs(db: Session, found: Sequence[Project], roles: dict[UUID, Role]) -> list[ProjectOut]:
    """Return projects as their members see them; projects without a role are seen by admins, as owners."""
    ids = [p.id for p in found]
    classes = projects.classes_of(db, ids)
    splits = projects.split_counts(db, ids)
    labelled = projects.labelled_counts(db, ids)
    return [
        ProjectOut(
            id=p.id,
            name=p.name,
            task=p.task,
            classes=[ClassOut.model_validate(c) for c in classes[p.id]],
            settings=ProjectSettings.model_validate(p.settings),
            role=roles.get(p.id, Role.OWNER),
            counts=Counts(
                images=sum(splits[p.id].values()),
                pool=splits[p.id].get(Split.POOL, 0),
                labelled=labelled.get(p.id, 0),
                validation=splits[p.id].get(Split.VALIDATION, 0),
                test=splits[p.id].get(Split.TEST, 0),
            ),
            created_at=p.created_at,
        )
        for p in found
    ]


def _set_classes(db: Session, project_id: UUID, wanted: list[ClassIn]) -> None:
    """Make exactly these the project's classes, in this order; matched by id, or else by name."""
    present = projects.classes(db, project_id)
    by_id, by_name = {c.id: c for c in present}, {c.name: c for c in present}
    rows: list[tuple[ClassIn, Class | None]] = []
    for item in wanted:
        if item.id is not None and item.id not in by_id:
            raise Invalid("There is no class with this id.", field="classes", id=str(item.id))
        rows.append((item, by_id[item.id] if item.id else by_name.get(item.name)))
    kept = [row.id for _, row in rows if row is not None]
    if len(set(kept)) < len(kept):
        raise Invalid("Two entries mean the same class.", field="classes")
    for gone in present:
        if gone.id not in kept:
            _remove_class(db, gone)
    db.flush()
    colors = _free(COLORS, [i.color or (r.color if r else None) for i, r in rows])
    hotkeys = _free(HOTKEYS, [i.hotkey or (r.hotkey if r else None) for i, r in rows])
    for position, (item, row) in enumerate(rows):
        target = row if row is not None else Class(project_id=project_id)
        target.name, target.guideline, target.position = item.name, item.guideline, position
        color = item.color or (row.color if row else None)
        target.color = color or next(colors, COLORS[position % len(COLORS)])
        target.hotkey = item.hotkey or (row.hotkey if row else None) or next(hotkeys, None)
        db.add(target)
    db.flush()


def _remove_class(db: Session, row: Class) -> None:
    reviewed = (Review.class_id == row.id) | (Review.previous_class_id == row.id)
    used = select(
        exists().where(Annotation.class_id == row.id)
        | exists().where(Label.class_id == row.id)
        | exists().where(reviewed)
    )
    if db.scalar(used):
        raise ClassInUse(f"Answers refer to the class {row.name}; it cannot be removed.", name=row.name)
    db.delete(row)


def _free(choices: Sequence[str], taken: Sequence[str | None]) -> Iterator[str]:
    return iter([choice for choice in choices if choice not in taken and choice not in RESERVED_HOTKEYS])

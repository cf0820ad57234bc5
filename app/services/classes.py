"""Changing a label schema while people label: nothing that was answered is lost."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import classes, projects, queue
from app.db.base import new_id
from app.db.models import Class, SchemaChange, User
from app.domain.class_defaults import COLORS, HOTKEYS, RESERVED_HOTKEYS
from app.domain.enums import SchemaChangeKind
from app.domain.errors import Conflict, Invalid
from app.domain.said import Sentence, sentence
from app.schemas.classes import ClassCreate, ClassDetail, ClassPatch, MergedName, SchemaChangeOut, UserName
from app.schemas.projects import ClassIn, ClassOut

FIELDS = ("name", "color", "hotkey", "guideline", "position")
MOST_CLASSES = 1000


class ClassInUse(Conflict):
    """A class that has labels cannot go; it can be merged."""

    code = "class_in_use"


class ClassNameTaken(Conflict):
    """Another class of the project has this name."""

    code = "class_name_taken"


class HotkeyTaken(Conflict):
    """Another class of the project has this hotkey."""

    code = "hotkey_taken"


class ClassGone(Conflict):
    """The class was merged or removed already."""

    code = "class_gone"


class CannotUndo(Conflict):
    """What was done to a class cannot be undone: something has happened that rests on it."""

    code = "cannot_undo"


def add(db: Session, project_id: UUID, user: User, new: ClassCreate) -> Class:
    """Add a class at the end; raises ClassNameTaken, HotkeyTaken, Invalid."""
    projects.lock(db, project_id)
    present = projects.classes(db, project_id)
    if len(present) >= MOST_CLASSES:
        raise Invalid(
            f"A project has at most {MOST_CLASSES} classes.",
            field="name",
            why="most_classes",
            most=MOST_CLASSES,
        )
    _check(present, None, new.name, new.hotkey)
    colors = _free(COLORS, [c.color for c in present])
    row = Class(
        id=new_id(),
        project_id=project_id,
        name=new.name,
        guideline=new.guideline,
        color=new.color or next(colors, COLORS[len(present) % len(COLORS)]),
        hotkey=new.hotkey or next(_free(HOTKEYS, [c.hotkey for c in present]), None),
        position=len(present),
        former_names=[],
    )
    _insert(db, row, user.id)
    return row


def _insert(db: Session, row: Class, user_id: UUID | None) -> None:
    db.add(row)
    db.flush()
    classes.record(db, row, user_id, SchemaChangeKind.ADDED, before={}, after=_fields(row))


def change(db: Session, row: Class, user: User, patch: ClassPatch) -> Class:
    """Change what the patch names, and move it; raises ClassGone, ClassNameTaken, HotkeyTaken, Invalid."""
    projects.lock(db, row.project_id)
    row = _live(classes.lock(db, row.id))
    present = projects.classes(db, row.project_id)
    wanted = {name: getattr(patch, name) for name in patch.model_fields_set}
    for name in ("name", "color", "guideline", "position"):
        if wanted.get(name, ...) is None:
            raise Invalid(f"`{name}` cannot be null.", field=name)
    _check(present, row, wanted.get("name", row.name), wanted.get("hotkey", row.hotkey))
    place = wanted.pop("position", None)
    _number(present)
    old = _fields(row)
    if place is not None:
        present.remove(row)
        present.insert(place, row)
        _number(present)
    _write(db, row, user.id, wanted, old)
    return row


def _write(
    db: Session, row: Class, user_id: UUID | None, values: dict[str, Any], old: dict[str, Any]
) -> None:
    """Set fields of a class, and keep what was different before."""
    for field, value in values.items():
        setattr(row, field, value)
    if row.name != old["name"]:
        # Answers and imports that still use the name of before mean this class.
        former = [name for name in row.former_names if name not in (old["name"], row.name)]
        row.former_names = [*former, old["name"]]
    db.flush()
    new = _fields(row)
    changed = [name for name in FIELDS if old[name] != new[name]]
    if changed:
        before, after = ({name: values[name] for name in changed} for values in (old, new))
        classes.record(db, row, user_id, SchemaChangeKind.CHANGED, before=before, after=after)


def merge(db: Session, row: Class, user: User, into: UUID) -> Class:
    """Let all labels of a class count for another one; answers keep what was said.

    The lock on both classes waits for answers that are being written, and answers that come meanwhile find
    the merge done. Raises ClassGone, Invalid.
    """
    projects.lock(db, row.project_id)
    if into not in {c.id for c in projects.classes(db, row.project_id)}:
        raise Invalid("The project has no such class to merge into.", field="into", why="merge_into_nothing")
    if into == row.id:
        raise Invalid("A class cannot be merged into itself.", field="into", why="merge_into_itself")
    queue.labelling_cycle(db, row.project_id, lock=True)  # before class and labels, as answers do
    source, target = _live(classes.lock(db, row.id)), classes.lock(db, into)
    after = {"into": str(target.id), "into_name": target.name}
    before = {"name": source.name}
    merged = classes.record(db, source, user.id, SchemaChangeKind.MERGED, before=before, after=after)
    moved = classes.move_labels(db, merged.id, source.id, target.id)
    merged.after = after | {"labels": moved}
    source.merged_into_id = target.id
    db.flush()
    _number(projects.classes(db, row.project_id))
    db.flush()
    return target


def unmerge(db: Session, row: Class, user: User) -> Class:
    """Undo a merge, and give back the labels that it took; raises CannotUndo.

    Images that were answered anew since then keep their new label.
    """
    projects.lock(db, row.project_id)
    queue.labelling_cycle(db, row.project_id, lock=True)
    source = classes.lock(db, row.id)
    if source.merged_into_id is None:
        raise CannotUndo(f"The class {source.name} is not merged.")
    merged = classes.last_merge(db, source.id)
    target = classes.lock(db, source.merged_into_id)
    present = projects.classes(db, row.project_id)
    if problem := _blocked(db, merged, source, target, present):
        raise CannotUndo(problem["text"])
    moved = classes.move_labels_back(db, merged.id, source.id, target.id)
    source.merged_into_id = None
    _put_back(db, source, present)
    before = {"into": str(target.id), "into_name": target.name}
    after = {"name": source.name, "labels": moved}
    classes.record(db, source, user.id, SchemaChangeKind.UNMERGED, before=before, after=after)
    return source


def _put_back(db: Session, row: Class, present: list[Class]) -> None:
    """Let a class stand where it stood; its hotkey is another one if that went to somebody else."""
    if row.hotkey in [c.hotkey for c in present]:
        row.hotkey = next(_free(HOTKEYS, [c.hotkey for c in present]), None)
    present.insert(min(row.position, len(present)), row)
    _number(present)
    db.flush()


def _blocked(
    db: Session, merged: SchemaChange, source: Class, target: Class, present: Sequence[Class]
) -> Sentence | None:
    """Why a merge cannot be undone; None if it can."""
    if not classes.is_live(target):
        text = f"{target.name} was itself merged or removed since."
        return sentence("target_gone", text, name=target.name)
    if source.name in [c.name for c in present]:
        text = f"Another class is called {source.name} now; rename it first."
        return sentence("name_taken_since", text, name=source.name)
    newest = classes.newest_model_time(db, source.project_id)
    if newest is not None and newest > merged.created_at:
        text = "A task model was trained since: it has learned both as one class."
        return sentence("learned_as_one", text)
    if classes.training_runs(db, source.project_id):
        return sentence("training_as_one", "A training is under way that may count both as one class.")
    return None


def remove(db: Session, row: Class, user: User) -> None:
    """Remove a class that has no labels; raises ClassInUse, ClassGone."""
    projects.lock(db, row.project_id)
    _remove(db, _live(classes.lock(db, row.id)), user.id)
    _number(projects.classes(db, row.project_id))
    db.flush()


def restore(db: Session, row: Class, user: User) -> Class:
    """Bring a removed class back; raises CannotUndo, ClassNameTaken. What named it names it still."""
    projects.lock(db, row.project_id)
    gone = classes.lock(db, row.id)
    if gone.removed_at is None:
        raise CannotUndo(f"The class {gone.name} is not removed.")
    present = projects.classes(db, row.project_id)
    _check(present, gone, gone.name, None)
    gone.removed_at = None
    _put_back(db, gone, present)
    classes.record(db, gone, user.id, SchemaChangeKind.ADDED, before={}, after=_fields(gone))
    return gone


def _remove(db: Session, row: Class, user_id: UUID | None) -> None:
    if labels := classes.label_count(db, row.id):
        what = "label has" if labels == 1 else "labels have"
        raise ClassInUse(
            f"{labels} {what} the class {row.name}: merge it into another one instead.",
            name=row.name,
            labels=labels,
        )
    row.removed_at = datetime.now(UTC)
    db.flush()
    classes.record(db, row, user_id, SchemaChangeKind.REMOVED, before=_fields(row), after={})


def set_all(db: Session, project_id: UUID, user_id: UUID | None, wanted: list[ClassIn]) -> None:
    """Make exactly these a locked project's classes, in this order; matched by id, or else by name."""
    present = projects.classes(db, project_id)
    rows = _matched(present, wanted)
    kept = {row.id: row for _, row in rows if row is not None}
    for gone in present:
        if gone.id not in kept:
            _remove(db, classes.lock(db, gone.id), user_id)
    old = {key: _fields(row) for key, row in kept.items()}
    for item, row in rows:
        if row is not None and item.name != row.name:
            row.name = str(row.id)  # out of the way of the one that takes its name
    db.flush()
    for values, row in _filled(rows):
        if row is None:
            _insert(db, Class(id=new_id(), project_id=project_id, former_names=[], **values), user_id)
        else:
            _write(db, row, user_id, values, old[row.id])


def _matched(present: Sequence[Class], wanted: list[ClassIn]) -> list[tuple[ClassIn, Class | None]]:
    """The wanted classes with those that they are already."""
    by_id, by_name = {c.id: c for c in present}, {c.name: c for c in present}
    rows: list[tuple[ClassIn, Class | None]] = []
    for item in wanted:
        if item.id is not None and item.id not in by_id:
            raise Invalid("There is no class with this id.", field="classes", id=str(item.id))
        rows.append((item, by_id[item.id] if item.id else by_name.get(item.name)))
    kept = [row.id for _, row in rows if row is not None]
    if len(set(kept)) < len(kept):
        raise Invalid("Two entries mean the same class.", field="classes")
    return rows


def _filled(rows: list[tuple[ClassIn, Class | None]]) -> Iterator[tuple[dict[str, Any], Class | None]]:
    """The fields of each wanted class; what is not said stays, or is chosen."""
    colors = _free(COLORS, [i.color or (r.color if r else None) for i, r in rows])
    hotkeys = _free(HOTKEYS, [i.hotkey or (r.hotkey if r else None) for i, r in rows])
    for position, (item, row) in enumerate(rows):
        color = item.color or (row.color if row else None) or next(colors, COLORS[position % len(COLORS)])
        hotkey = item.hotkey or (row.hotkey if row else None) or next(hotkeys, None)
        said = {"name": item.name, "guideline": item.guideline}
        yield said | {"color": color, "hotkey": hotkey, "position": position}, row


def details(db: Session, project_id: UUID, *, of_open_cycle: bool = True) -> list[ClassDetail]:
    """Return a project's classes with what refers to them, and what was merged into them.

    `of_open_cycle` counts the labels of the open cycle, too.
    """
    used = classes.usage(db, project_id, of_open_cycle=of_open_cycle)
    ends = classes.present_of(db, project_id)
    rows = projects.classes(db, project_id)
    went = {row.id: [key for key, end in ends.items() if end is row and key != row.id] for row in rows}
    names = projects.class_names(db, [key for keys in went.values() for key in keys])
    return [
        ClassDetail(
            **dict(ClassOut.model_validate(row)),
            labels=used[row.id].labels,
            annotations=used[row.id].annotations,
            models=used[row.id].models,
            merged=[MergedName(id=key, name=names[key]) for key in went[row.id]],
        )
        for row in rows
    ]


def change_outs(
    db: Session, rows: Sequence[tuple[SchemaChange, Class, User | None]]
) -> list[SchemaChangeOut]:
    """Return entries of the history; a merge that still holds says whether it can be undone."""
    found: list[SchemaChangeOut] = []
    for entry, row, user in rows:
        holds = False
        blocked = None
        if entry.kind is SchemaChangeKind.MERGED and row.merged_into_id is not None:
            holds = classes.last_merge(db, row.id).id == entry.id
        if holds and row.merged_into_id is not None:
            target = db.get_one(Class, row.merged_into_id)
            blocked = _blocked(db, entry, row, target, projects.classes(db, row.project_id))
        found.append(
            SchemaChangeOut(
                id=entry.id,
                created_at=entry.created_at,
                kind=entry.kind,
                class_id=row.id,
                name=row.name,
                user=UserName(id=user.id, name=user.name) if user else None,
                before=entry.before,
                after=entry.after,
                undoable=holds and blocked is None,
                undo_blocked=blocked["text"] if blocked else None,
                said={"undo_blocked": [blocked]} if blocked else {},
            )
        )
    return found


def _live(row: Class) -> Class:
    if not classes.is_live(row):
        what = "removed" if row.merged_into_id is None else "merged into another one"
        raise ClassGone(f"The class {row.name} was {what}.", name=row.name)
    return row


def _check(present: Sequence[Class], own: Class | None, name: str, hotkey: str | None) -> None:
    others = [c for c in present if own is None or c.id != own.id]
    if name in [c.name for c in others]:
        raise ClassNameTaken(f"There is a class {name} already.", field="name", name=name)
    if hotkey is None:
        return
    if hotkey in RESERVED_HOTKEYS:
        raise Invalid(
            f"The hotkey {hotkey} is kept for undo and skip.",
            field="hotkey",
            why="kept_hotkey",
            hotkey=hotkey,
        )
    for other in others:
        if other.hotkey == hotkey:
            raise HotkeyTaken(f"{other.name} has the hotkey {hotkey}.", field="hotkey", name=other.name)


def _number(rows: Sequence[Class]) -> None:
    for position, row in enumerate(rows):
        row.position = position


def _fields(row: Class) -> dict[str, Any]:
    return {name: getattr(row, name) for name in FIELDS}


def _free(choices: Sequence[str], taken: Sequence[str | None]) -> Iterator[str]:
    return iter([choice for choice in choices if choice not in taken and choice not in RESERVED_HOTKEYS])

"""The classes of a label schema: those that are offered, and those that earlier answers still name."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, Select, any_, delete, func, insert, literal, select, update
from sqlalchemy.orm import Session, aliased

from app.db import audit, label_counts, tallies
from app.db.models import Class, Job, Label, MergedLabel, Model, SchemaChange, User
from app.domain.enums import AuditAction, JobKind, JobStatus, SchemaChangeKind, Split

LIVE = Class.merged_into_id.is_(None) & Class.removed_at.is_(None)


@dataclass
class Usage:
    """What refers to a class: accepted labels by split, answers ever given, and task models that know it."""

    labels: dict[Split, int] = field(default_factory=dict)
    annotations: int = 0
    models: int = 0


def is_live(row: Class) -> bool:
    """Tell whether a class is offered: neither merged nor removed."""
    return row.merged_into_id is None and row.removed_at is None


def present_of(session: Session, project_id: UUID) -> dict[UUID, Class | None]:
    """Return what each class that a project ever had is now; None for those that were removed."""
    rows = {row.id: row for row in session.scalars(select(Class).where(Class.project_id == project_id))}

    def end(row: Class) -> Class | None:
        while row.merged_into_id is not None:
            row = rows[row.merged_into_id]
        return row if row.removed_at is None else None

    return {key: end(row) for key, row in rows.items()}


def named(session: Session, project_id: UUID) -> dict[str, Class]:
    """Return a project's classes by every name that still means one.

    A present name comes first, then the name of a class that was merged, then a name of before a renaming;
    among equals the newest class.
    """
    query = select(Class).where(Class.project_id == project_id, Class.removed_at.is_(None))
    rows = list(session.scalars(query.order_by(Class.id.desc())))
    found = {row.name: row for row in rows if is_live(row)}
    for row in rows:
        found.setdefault(row.name, row)
    for row in rows:
        for name in row.former_names:
            found.setdefault(name, row)
    return found


def merges_of(session: Session, said: Class) -> tuple[Class | None, list[UUID]]:
    """Return the class that an answer counts for, and the merges that lead there; None if it was removed."""
    path, merges, removed = path_of(session, said.id)
    return (None if removed else session.get_one(Class, path[-1])), merges


def path_of(session: Session, class_id: UUID) -> tuple[list[UUID], list[UUID], bool]:
    """Return the classes that a class has become, itself first, the merges between, and whether it is gone.

    Each class on the way is locked, so that no merge passes an answer by.
    """
    row = _in_use(session, class_id)
    path, merges = [row.id], []
    while row.merged_into_id is not None:
        merges.append(last_merge(session, row.id).id)
        row = _in_use(session, row.merged_into_id)
        path.append(row.id)
    return path, merges, row.removed_at is not None


def ends(project_id: UUID | ColumnElement[UUID]) -> CTE:
    """Select `said` and `present`: each class that a project ever had, and what it is now, if not removed."""
    steps = (
        select(Class.id.label("said"), Class.id.label("present"), Class.merged_into_id.label("next"))
        .where(Class.project_id == project_id)
        .cte("steps", recursive=True)
    )
    after = aliased(Class)
    further = select(steps.c.said, after.id, after.merged_into_id).join(after, after.id == steps.c.next)
    steps = steps.union_all(further)
    live = aliased(Class)
    return (
        select(steps.c.said, steps.c.present)
        .join(live, live.id == steps.c.present)
        .where(steps.c.next.is_(None), live.removed_at.is_(None))
        .cte("ends")
    )


def _in_use(session: Session, class_id: UUID) -> Class:
    # Shared by all who write labels; a merge waits for them, and they for it.
    query = select(Class).where(Class.id == class_id).with_for_update(read=True, key_share=True)
    return session.scalars(query, execution_options={"populate_existing": True}).one()


def ids_to_label_with(session: Session, project_id: UUID) -> dict[str, UUID]:
    """Return the class that each name counts for; none of them is merged before the transaction's end."""
    query = select(Class).where(Class.project_id == project_id).order_by(Class.id)
    kept = query.with_for_update(read=True, key_share=True)
    session.scalars(kept, execution_options={"populate_existing": True}).all()
    present = present_of(session, project_id)
    ends = {name: present[row.id] for name, row in named(session, project_id).items()}
    return {name: row.id for name, row in ends.items() if row is not None}


def lock(session: Session, class_id: UUID) -> Class:
    """Return a class under a lock that answers which name it wait for."""
    query = select(Class).where(Class.id == class_id).with_for_update()
    return session.scalars(query, execution_options={"populate_existing": True}).one()


def last_merge(session: Session, class_id: UUID) -> SchemaChange:
    """Return the change by which a class was merged last; raises NoResultFound."""
    query = select(SchemaChange).where(
        SchemaChange.class_id == class_id, SchemaChange.kind == SchemaChangeKind.MERGED
    )
    return session.scalars(query.order_by(SchemaChange.id.desc()).limit(1)).one()


def move_labels(session: Session, change_id: UUID, source: UUID, target: UUID) -> int:
    """Give the labels of a class to another one, and remember them; returns how many."""
    columns = ["change_id", "image_id", "updated_at"]
    moved = select(literal(change_id), Label.image_id, Label.updated_at).where(Label.class_id == source)
    session.execute(insert(MergedLabel).from_select(columns, moved))
    # The answers are as old as they were.
    values = {"class_id": target, "updated_at": Label.updated_at}
    query = update(Label).where(Label.class_id == source).values(values).returning(Label.image_id)
    return len(session.scalars(query.execution_options(synchronize_session=False)).all())


def move_labels_back(session: Session, change_id: UUID, source: UUID, target: UUID) -> int:
    """Give back what a merge took, save for images that were answered anew; returns how many."""
    values = {"class_id": source, "updated_at": Label.updated_at}
    query = (
        update(Label)
        .where(
            MergedLabel.change_id == change_id,
            MergedLabel.image_id == Label.image_id,
            MergedLabel.updated_at == Label.updated_at,
            Label.class_id == target,
        )
        .values(values)
        .returning(Label.image_id)
    )
    moved = session.scalars(query.execution_options(synchronize_session=False)).all()
    session.execute(delete(MergedLabel).where(MergedLabel.change_id == change_id))
    return len(moved)


def label_count(session: Session, class_id: UUID) -> int:
    """Count the labels of a class, also those that hold others, or one that became it, as well."""
    one = session.scalar(select(func.count()).where(Label.class_id == class_id)) or 0
    row = session.get_one(Class, class_id)
    end = ends(row.project_id)
    sets = (
        select(func.count(func.distinct(Label.image_id)))
        .join(end, end.c.said == any_(Label.class_ids))
        .where(Label.project_id == row.project_id, end.c.present == class_id)
    )
    return one + (session.scalar(sets) or 0)


def usage(session: Session, project_id: UUID, *, of_open_cycle: bool) -> dict[UUID, Usage]:
    """Return what refers to each class of a project; `of_open_cycle` counts the labels of that, too.

    Labels that are sets count for what their classes are now.
    """
    present = present_of(session, project_id)
    found = {class_id: Usage() for class_id in present}
    without = () if of_open_cycle else (project_id,)
    for said, count in label_counts.counts(session, [project_id], without).items():
        for class_id in {end.id for key in said.classes if (end := present[key]) is not None}:
            labels = found[class_id].labels
            labels[said.split] = labels.get(said.split, 0) + count
    for class_id, count in tallies.of_project(session, project_id, tallies.Part.CLASSES).items():
        found[class_id].annotations = count
    for known in session.scalars(select(Model.class_ids).where(Model.project_id == project_id)):
        for told in known:
            if told and UUID(told) in found:
                found[UUID(told)].models += 1
    return found


def record(
    session: Session,
    row: Class,
    user_id: UUID | None,
    kind: SchemaChangeKind,
    *,
    before: dict[str, Any],
    after: dict[str, Any],
) -> SchemaChange:
    """Add an entry to the history of a project's schema."""
    change = SchemaChange(
        project_id=row.project_id, user_id=user_id, class_id=row.id, kind=kind, before=before, after=after
    )
    session.add(change)
    session.flush()
    if user_id is not None:  # what an import adds, its job tells
        audit.record(
            session,
            AuditAction.SCHEMA_CHANGED,
            project_id=row.project_id,
            subject_id=row.id,
            name=row.name,
            before=before,
            after=after | {"kind": kind.value},
        )
    return change


def changes(project_id: UUID) -> Select[SchemaChange, Class, User]:
    """Select the history of a project's schema, with the class and who changed it."""
    return (
        select(SchemaChange, Class, User)
        .join(Class, Class.id == SchemaChange.class_id)
        .outerjoin(User, User.id == SchemaChange.user_id)
        .where(SchemaChange.project_id == project_id)
    )


def newest_change(session: Session, project_id: UUID) -> UUID | None:
    """Return the newest entry of the history of a project's schema."""
    query = select(SchemaChange.id).where(SchemaChange.project_id == project_id)
    return session.scalar(query.order_by(SchemaChange.id.desc()).limit(1))


def training_runs(session: Session, project_id: UUID) -> bool:
    """Tell whether a task model is in training, or waits to be."""
    live: Sequence[JobStatus] = (JobStatus.QUEUED, JobStatus.RUNNING)
    query = select(Job.id).where(Job.project_id == project_id, Job.kind == JobKind.TRAINING)
    return session.scalar(query.where(Job.status.in_(live)).limit(1)) is not None


def newest_model_time(session: Session, project_id: UUID) -> Any:
    """Return when a project's newest task model was stored, or None."""
    return session.scalar(select(func.max(Model.created_at)).where(Model.project_id == project_id))

"""Projects, their classes and counts."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.db import label_counts
from app.db.classes import LIVE
from app.db.models import Class, ImageCount, Member, Project
from app.domain.enums import Role, Split

ALIVE = Project.deleted_at.is_(None)


def visible_to(user_id: UUID | None) -> Select[Project]:
    """Select the projects of a member; `None` selects all."""
    query = select(Project).where(ALIVE)
    if user_id is not None:
        query = query.join(Member).where(Member.user_id == user_id)
    return query


def restorable_by(user_id: UUID | None, kept_for: timedelta) -> Select[Project]:
    """Select the deleted projects that an owner may still bring back; `None` selects all."""
    query = select(Project).where(Project.deleted_at > func.now() - kept_for)
    if user_id is not None:
        query = query.join(Member).where(Member.user_id == user_id, Member.role == Role.OWNER)
    return query


def lock(session: Session, project_id: UUID) -> Project:
    """Return the project under its row's lock: cycles and runs begin, and schemas change, one at a time.

    Rows that only refer to the project pass: an answer must not wait for the lock while others wait for it.
    """
    query = select(Project).where(Project.id == project_id).with_for_update(key_share=True)
    return session.scalars(query, execution_options={"populate_existing": True}).one()


def lock_shared(session: Session, project_id: UUID) -> None:
    """Keep a project's schema as it is until the transaction ends; others may keep it, too."""
    session.execute(select(Project.id).where(Project.id == project_id).with_for_update(read=True))


def classes_of(session: Session, project_ids: Sequence[UUID]) -> dict[UUID, list[Class]]:
    """Return each project's classes in their order, without those that were merged or removed."""
    found: dict[UUID, list[Class]] = {project_id: [] for project_id in project_ids}
    query = select(Class).where(Class.project_id.in_(project_ids), LIVE).order_by(Class.position, Class.id)
    for row in session.scalars(query):
        found[row.project_id].append(row)
    return found


def classes(session: Session, project_id: UUID) -> list[Class]:
    """Return one project's classes in their order."""
    return classes_of(session, [project_id])[project_id]


def class_names(session: Session, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the names of classes."""
    rows = session.execute(select(Class.id, Class.name).where(Class.id.in_(ids)))
    return dict(rows.all())


def image_counts(session: Session, project_ids: Sequence[UUID]) -> dict[UUID, dict[Split, ImageCount]]:
    """Return how many images each project has, and their bytes, by split; splits without any are left out."""
    query = select(ImageCount).where(ImageCount.project_id.in_(project_ids))
    found: dict[UUID, dict[Split, ImageCount]] = {project_id: {} for project_id in project_ids}
    for row in session.scalars(query):
        found[row.project_id][row.split] = row
    return found


def labelled_counts(
    session: Session, project_ids: Sequence[UUID], still: Sequence[UUID] = ()
) -> Counter[UUID]:
    """Count the labelled images of split `pool`; those of the projects `still` without the open cycle's."""
    found: Counter[UUID] = Counter()
    for said, labels in label_counts.counts(session, project_ids, still).items():
        if said.split is Split.POOL:
            found[said.project_id] += labels
    return found

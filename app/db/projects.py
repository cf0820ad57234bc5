"""Projects, their classes and counts."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.db.models import Class, Image, Label, Member, Project
from app.domain.enums import Split


def visible_to(user_id: UUID | None) -> Select[Project]:
    """Select the projects of a member; `None` selects all."""
    query = select(Project)
    if user_id is not None:
        query = query.join(Member).where(Member.user_id == user_id)
    return query


def lock(session: Session, project_id: UUID) -> Project:
    """Return the project under its row's lock: cycles and runs begin one at a time."""
    query = select(Project).where(Project.id == project_id).with_for_update()
    return session.scalars(query, execution_options={"populate_existing": True}).one()


def classes_of(session: Session, project_ids: Sequence[UUID]) -> dict[UUID, list[Class]]:
    """Return each project's classes in their order."""
    found: dict[UUID, list[Class]] = {project_id: [] for project_id in project_ids}
    query = select(Class).where(Class.project_id.in_(project_ids)).order_by(Class.position, Class.id)
    for row in session.scalars(query):
        found[row.project_id].append(row)
    return found


def classes(session: Session, project_id: UUID) -> list[Class]:
    """Return one project's classes in their order."""
    return classes_of(session, [project_id])[project_id]


def split_counts(session: Session, project_ids: Sequence[UUID]) -> dict[UUID, dict[Split, int]]:
    """Count each project's images by split."""
    query = (
        select(Image.project_id, Image.split, func.count())
        .where(Image.project_id.in_(project_ids))
        .group_by(Image.project_id, Image.split)
    )
    found: dict[UUID, dict[Split, int]] = {project_id: {} for project_id in project_ids}
    for project_id, split, count in session.execute(query):
        found[project_id][split] = count
    return found


def labelled_counts(session: Session, project_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Count each project's labelled images of split `pool`."""
    query = (
        select(Image.project_id, func.count())
        .join(Label, Label.image_id == Image.id)
        .where(Image.project_id.in_(project_ids), Image.split == Split.POOL)
        .group_by(Image.project_id)
    )
    return dict(session.execute(query).tuples().all())

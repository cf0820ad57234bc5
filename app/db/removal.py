"""Removal of deleted projects for good, and of files that no row names."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Column, Select, Table, delete, exists, func, select, union
from sqlalchemy.orm import Session

from app.db.base import Base
from app.db.models import Image, Job, Project
from app.domain.enums import JobStatus

# A running job may have found a file in the store that it needs, and not have written the row yet that says
# so. So files are removed only while no job runs, and meanwhile none begins.
_LOCK = 0x6E62_0001
# A backup copies files after it has read which: none of them may go meanwhile.
_BACKUP = 0x6E62_0002


def let_nobody_begin_removing(session: Session) -> None:
    """Keep files from being removed until the transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock_shared(_LOCK)))


def may_remove(session: Session) -> bool:
    """Tell whether no job runs and no backup; none begins until the transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    if not may_remove_own(session):
        return False
    return not session.scalar(select(exists().where(Job.status == JobStatus.RUNNING)))


def may_remove_own(session: Session) -> bool:
    """Tell whether no backup runs, until the transaction ends. Files that are one job's own may go then."""
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(_BACKUP))))


def let_nobody_remove(session: Session) -> None:
    """Keep files from being removed until the connection is closed; waits for who removes some now."""
    session.execute(select(func.pg_advisory_lock_shared(_BACKUP)))


def let_history_go(session: Session, project_id: UUID) -> None:
    """Let a project's answers and reviews be deleted until the transaction ends, which else nobody can."""
    session.execute(select(func.set_config("nextbatch.removing_project", str(project_id), True)))


def overdue(session: Session, kept_for: timedelta) -> Project | None:
    """Return a deleted project that nobody can bring back any more, locked."""
    query = select(Project).where(Project.deleted_at <= func.now() - kept_for).order_by(Project.id)
    return session.scalar(query.limit(1).with_for_update(skip_locked=True))


def some_images(session: Session, project_id: UUID, most: int) -> dict[UUID, str]:
    """Return ids and content hashes of some of a project's images."""
    query = select(Image.id, Image.sha256).where(Image.project_id == project_id).limit(most)
    return dict(session.execute(query).all())


def remove_images(session: Session, ids: Sequence[UUID]) -> None:
    """Delete images with all that hangs on them."""
    session.execute(delete(Image).where(Image.id.in_(ids)))


def files_of(session: Session, project_id: UUID) -> list[str]:
    """Return the content hashes of all files that a project has, images and others."""
    mine = [
        _hashes(table, column).where(table.c.project_id == project_id) for table, column in _hash_columns()
    ]
    return list(session.scalars(union(*mine)))


def named_files(session: Session, project_id: UUID) -> dict[str, list[str]]:
    """Return the content hashes of a project's files but its images, by the column: `exports.sha256`."""
    return {
        f"{table.name}.{column.name}": list(
            session.scalars(_hashes(table, column).where(table.c.project_id == project_id))
        )
        for table, column in _hash_columns()
        if table.name != Image.__tablename__
    }


def referred(session: Session, shas: Sequence[str]) -> set[str]:
    """Return those of some content hashes that a row names, whichever project it is of."""
    found = [_hashes(table, column).where(column.in_(shas)) for table, column in _hash_columns()]
    return set(session.scalars(union(*found)))


def every_file(session: Session) -> set[str]:
    """Return the content hashes of all files that any row names."""
    return set(session.scalars(union(*(_hashes(table, column) for table, column in _hash_columns()))))


def left_elsewhere(session: Session) -> set[str]:
    """Return the content hashes of images that are read from where they lie, and never were in the store."""
    return set(session.scalars(select(Image.sha256).where(Image.source_uri.isnot(None))))


def without_others(session: Session, project_id: UUID, shas: Sequence[str]) -> set[str]:
    """Return those of a project's files that no other project has."""
    theirs = [
        _hashes(table, column).where(table.c.project_id != project_id, column.in_(shas))
        for table, column in _hash_columns()
    ]
    return set(shas) - set(session.scalars(union(*theirs)))


def _hash_columns() -> list[tuple[Table, Column[str]]]:
    """All columns that name a file of the store."""
    return [
        (table, column)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("sha256")
    ]


def _hashes(table: Table, column: Column[str]) -> Select[str]:
    return select(column).select_from(table).where(column.isnot(None))

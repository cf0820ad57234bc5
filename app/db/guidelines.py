"""Guidelines, who has read them, and the example images of classes."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, Select, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.db.classes import LIVE
from app.db.models import Class, ClassExample, Guideline, GuidelineReading, Image, Label, SchemaChange, User
from app.domain.enums import SchemaChangeKind


def revisions(project_id: UUID) -> Select[Guideline, User]:
    """Select the revisions of a project's guidelines, with their writers."""
    query = select(Guideline, User).outerjoin(User, User.id == Guideline.user_id)
    return query.where(Guideline.project_id == project_id)


def newest(session: Session, project_id: UUID) -> Row[Guideline, User] | None:
    """Return the revision that holds, with its writer."""
    return session.execute(revisions(project_id).order_by(Guideline.id.desc()).limit(1)).one_or_none()


def changed_at(session: Session, project_id: UUID) -> datetime | None:
    """Return when the text of the project or of one of its classes was changed last."""
    own = select(func.max(Guideline.created_at)).where(Guideline.project_id == project_id)
    after = SchemaChange.after
    said = after["guideline"].astext != ""
    changed = (SchemaChange.kind == SchemaChangeKind.CHANGED) & after.has_key("guideline")
    of_classes = select(func.max(SchemaChange.created_at)).where(
        SchemaChange.project_id == project_id, said | changed
    )
    return session.scalar(select(func.greatest(own.scalar_subquery(), of_classes.scalar_subquery())))


def read_at(session: Session, project_id: UUID, user_id: UUID) -> datetime | None:
    """Return when somebody read the guidelines last."""
    found = session.get(GuidelineReading, (project_id, user_id))
    return found.read_at if found else None


def note_reading(session: Session, project_id: UUID, user_id: UUID) -> None:
    """Note that somebody reads the guidelines now."""
    row = insert(GuidelineReading).values(project_id=project_id, user_id=user_id)
    session.execute(
        row.on_conflict_do_update(
            index_elements=[GuidelineReading.project_id, GuidelineReading.user_id],
            set_={"read_at": func.now()},
        )
    )


def examples(session: Session, project_id: UUID) -> Sequence[ClassExample]:
    """Return the examples of all classes that are offered, oldest first."""
    query = select(ClassExample).join(Class, Class.id == ClassExample.class_id)
    return session.scalars(
        query.where(ClassExample.project_id == project_id, LIVE).order_by(ClassExample.id)
    ).all()


def label_of(session: Session, project_id: UUID, image_id: UUID) -> tuple[bool, UUID | None]:
    """Return whether the project has the image, and the class of its label."""
    query = select(Image.id, Label.class_id).outerjoin(Label, Label.image_id == Image.id)
    row = session.execute(query.where(Image.project_id == project_id, Image.id == image_id)).one_or_none()
    return (row is not None, row[1] if row else None)

"""Images, and what counts for them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.db.models import Class, Image, Label
from app.domain.enums import Split


def listing(
    project_id: UUID,
    *,
    split: Split | None,
    pool_batch: int | None,
    labelled: bool | None,
    class_name: str | None,
) -> Select[Image, str]:
    """Select a project's images with the name of their accepted class."""
    query = (
        select(Image, Class.name)
        .outerjoin(Label, Label.image_id == Image.id)
        .outerjoin(Class, Class.id == Label.class_id)
        .where(Image.project_id == project_id)
    )
    if split is not None:
        query = query.where(Image.split == split)
    if pool_batch is not None:
        query = query.where(Image.pool_batch == pool_batch)
    if labelled is not None:
        query = query.where(Label.image_id.isnot(None) if labelled else Label.image_id.is_(None))
    if class_name is not None:
        query = query.where(Class.name == class_name)
    return query


def label_name(session: Session, image_id: UUID) -> str | None:
    """Return the name of an image's accepted class."""
    query = select(Class.name).join(Label, Label.class_id == Class.id).where(Label.image_id == image_id)
    return session.scalar(query)


def in_project(session: Session, project_id: UUID, image_id: UUID) -> bool:
    """Tell whether a project has an image."""
    query = select(Image.id).where(Image.id == image_id, Image.project_id == project_id)
    return session.scalar(query) is not None


def pool(project_id: UUID) -> Select[UUID, str]:
    """Select id and content hash of every image that may still be queried, by id.

    Images that wait for a reviewer may not: people have answered for them.
    """
    return (
        select(Image.id, Image.sha256)
        .outerjoin(Label, Label.image_id == Image.id)
        .where(
            Image.project_id == project_id,
            Image.split == Split.POOL,
            Label.image_id.is_(None),
            ~Image.unsettled,
        )
        .order_by(Image.id)
    )


def sample(session: Session, project_id: UUID, seed: int, most: int) -> list[str]:
    """Return the content hashes of at most so many images that may still be queried.

    The seed and its content decide an image's place: those that get labelled leave, the next ones move up,
    and the others stay.
    """
    place = func.md5(func.concat(seed, Image.sha256))
    query = pool(project_id).order_by(None).order_by(place, Image.id).limit(most)
    return [sha for _, sha in session.execute(query)]


def pool_size(session: Session, project_id: UUID) -> int:
    """Count the images that may still be queried."""
    return session.scalar(select(func.count()).select_from(pool(project_id).subquery())) or 0


def unsettled(session: Session, project_id: UUID) -> int:
    """Count the images that people answered, but that have no label."""
    query = select(func.count()).where(Image.project_id == project_id, Image.unsettled)
    return session.scalar(query) or 0


def labelled(
    session: Session, project_id: UUID, splits: Sequence[Split]
) -> list[tuple[UUID, str, UUID, Split]]:
    """Return id, content hash, class and split of labelled images, by id."""
    query = (
        select(Image.id, Image.sha256, Label.class_id, Image.split)
        .join(Label, Label.image_id == Image.id)
        .where(Image.project_id == project_id, Image.split.in_(splits))
        .order_by(Image.id)
    )
    return [(i, sha, c, split) for i, sha, c, split in session.execute(query)]


def labels(project_id: UUID) -> Select[Label, Image, str]:
    """Select a project's accepted labels."""
    return (
        select(Label, Image, Class.name)
        .join(Image, Image.id == Label.image_id)
        .join(Class, Class.id == Label.class_id)
        .where(Label.project_id == project_id)
    )


def present(session: Session, project_id: UUID, shas: Sequence[str]) -> set[str]:
    """Return those of the hashes that name an image of the project."""
    query = select(Image.sha256).where(Image.project_id == project_id, Image.sha256.in_(shas))
    return set(session.scalars(query))

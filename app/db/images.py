"""Images, and what counts for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, func, select
from sqlalchemy.orm import Session

from app.db import class_sets, learning, seen
from app.db.driver import Steps
from app.db.models import Class, Image, Label, PretextScore
from app.db.paging import of_one
from app.domain.enums import Split


def label_of(session: Session, image_id: UUID) -> tuple[str | None, list[UUID] | None]:
    """Return the name of an image's accepted class, or the ids of several; two Nones without a label."""
    query = select(Class.name, Label.class_ids).select_from(Label)
    query = query.outerjoin(Class, Class.id == Label.class_id).where(Label.image_id == image_id)
    row = session.execute(query).one_or_none()
    return (row[0], row[1]) if row else (None, None)


class Details(NamedTuple):
    """What is known of an image beside its row: label (as `label_of`), place in the ranking, metadata."""

    label: str | None
    class_ids: list[UUID] | None
    pool_batch: int | None
    loss: float | None
    metadata: dict[str, Any]


def details(session: Session, project_id: UUID, image_id: UUID) -> Details:
    """Return the details of an image of a project."""
    return Details(*session.execute(_details(), {"project": project_id, "image": image_id}).one())


@cache  # put together once, as what every request begins with
def _details() -> Select[Any]:
    run_id = learning.latest_run_id(bindparam("project", type_=Uuid)).scalar_subquery()
    scored = (PretextScore.image_id == Image.id) & (PretextScore.pretext_run_id == run_id)
    query = select(Class.name, Label.class_ids, PretextScore.pool_batch, PretextScore.loss, Image.told)
    query = query.select_from(Image).outerjoin(Label, Label.image_id == Image.id)
    query = query.outerjoin(Class, Class.id == Label.class_id).outerjoin(PretextScore, scored)
    return query.where(Image.id == bindparam("image", type_=Uuid))


@dataclass(frozen=True)
class Named:
    """An image's id and file name, and the name of its accepted class."""

    id: UUID
    filename: str
    label: str | None


def by_content(session: Session, project_id: UUID, shas: Sequence[str]) -> dict[str, Named]:
    """Return a project's images of these content hashes; those that are not there are left out."""
    query = (
        select(Image.sha256, Image.id, Image.filename, Class.name)
        .outerjoin(Label, Label.image_id == Image.id)
        .outerjoin(Class, Class.id == Label.class_id)
        .where(Image.project_id == project_id, Image.sha256.in_(shas))
    )
    return {sha: Named(i, filename, label) for sha, i, filename, label in session.execute(query)}


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


def labelled_images(session: Session, project_id: UUID, splits: Sequence[Split]) -> list[tuple[UUID, str]]:
    """Return id and content hash of labelled images, by id."""
    query = (
        select(Image.id, Image.sha256)
        .join(Label, Label.image_id == Image.id)
        .where(Image.project_id == project_id, Image.split.in_(splits))
        .order_by(Image.id)
    )
    return list(session.execute(query).all())


def labelled(
    session: Session, project_id: UUID, splits: Sequence[Split]
) -> list[tuple[UUID, str, UUID, Split]]:
    """Return id, content hash, class and split of images with one class each, by id."""
    query = (
        select(Image.id, Image.sha256, Label.class_id, Image.split)
        .join(Label, Label.image_id == Image.id)
        .where(Image.project_id == project_id, Image.split.in_(splits))
        .order_by(Image.id)
    )
    return [(i, sha, c, split) for i, sha, c, split in session.execute(query) if c is not None]


def labelled_with_sets(
    session: Session, project_id: UUID, splits: Sequence[Split]
) -> list[tuple[UUID, str, list[UUID], Split]]:
    """Return id, content hash, present classes and split of images that may have several, by id."""
    query = (
        select(Image.id, Image.sha256, Label.class_ids, Image.split)
        .join(Label, Label.image_id == Image.id)
        .where(Image.project_id == project_id, Image.split.in_(splits), Label.class_ids.isnot(None))
        .order_by(Image.id)
    )
    sets = class_sets.ClassSets(session, project_id)
    return [
        (i, sha, [row.id for row in sets.present(ids or [])], split)
        for i, sha, ids, split in session.execute(query)
    ]


def labels(project_id: UUID) -> Select[Label, Image, str | None]:
    """Select a project's accepted labels, to be read within it; those that are sets have no name."""
    return (
        select(Label, Image, Class.name)
        .join(Image, Image.id == Label.image_id)
        .outerjoin(Class, Class.id == Label.class_id)
        .where(of_one(Label.project_id, project_id))
    )


def present(session: Session, project_id: UUID, shas: Sequence[str]) -> set[str]:
    """Return those of the hashes that name an image of the project."""
    query = select(Image.sha256).where(Image.project_id == project_id, Image.sha256.in_(shas))
    return set(session.scalars(query))


def sources(session: Session, project_id: UUID, shas: Sequence[str]) -> dict[str, str]:
    """Return where those of the images lie that are referenced, by content hash."""
    query = select(Image.sha256, Image.source_uri).where(
        Image.project_id == project_id, Image.sha256.in_(shas), Image.source_uri.isnot(None)
    )
    return {sha: uri for sha, uri in session.execute(query) if uri is not None}


def keep_confidence(session: Session, ids: Sequence[UUID], confidences: Sequence[float]) -> None:
    """Write how sure the task model is of its suggestions, image by image; none for no suggestions."""
    values = {"ids": list(ids[: len(confidences)]), "confidences": list(confidences)}
    session.connection().exec_driver_sql(_KEEP_CONFIDENCE, values)


_KEEP_CONFIDENCE = """
UPDATE images SET confidence = new.confidence
FROM unnest(%(ids)s::uuid[], %(confidences)s::float8[]) AS new (id, confidence) WHERE images.id = new.id
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """What has to be known of an image to hand out its bytes; `width` and `height` in pixels."""

    sha256: str
    format: str
    width: int
    height: int
    bytes: int
    source_uri: str | None


_STORED: LiteralString = (
    "SELECT sha256, format, width, height, bytes, source_uri FROM images WHERE id = %(id)s"
)
_STORED_FOR: dict[seen.Secret, LiteralString] = {
    kind: f"""
        SELECT {seen.COLUMNS}, image.* FROM ({_STORED}) image
        CROSS JOIN ({seen.asking(kind, "SELECT project_id FROM images WHERE id = %(id)s")}) caller
    """  # noqa: S608  # made of the texts above
    for kind in seen.Secret
}


def stored(image_id: UUID) -> Steps[Stored | None]:
    """Return where an image's bytes lie, and as what."""
    rows = yield _STORED, {"id": image_id}
    return Stored(*rows[0]) if rows else None


def stored_for(shown: seen.Shown, image_id: UUID) -> Steps[tuple[seen.Caller, Stored] | None]:
    """Return who asks, and where an image's bytes lie; None where they may not ask, or there is none."""
    rows = yield _STORED_FOR[shown.kind], seen.shown_values(shown) | {"id": image_id}
    if not rows:
        return None
    caller, of_image = seen.of_row(rows[0])
    return caller, Stored(*of_image)

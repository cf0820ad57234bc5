"""Which images show the same shot as another one, as queries find it."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, literal, select, update
from sqlalchemy.orm import Session

from app.db.models import Image


def keep(session: Session, project_id: UUID, looked_at: Iterable[UUID], twin_of: Mapping[UUID, UUID]) -> None:
    """Write what was found among the images that were looked at; of the others, what is known stays.

    An image that others are like is no near-duplicate itself, so that two never name each other.
    """
    known = select(Image.id, Image.duplicate_of_id).where(
        Image.project_id == project_id, Image.duplicate_of_id.isnot(None)
    )
    before = dict(session.execute(known).all())
    free = ({*looked_at, *twin_of.values()} - twin_of.keys()) & before.keys()
    if free:
        gone = literal(list(free), ARRAY(Uuid()))
        session.execute(update(Image).where(Image.id == any_(gone)).values(duplicate_of_id=None))
    new = {image: twin for image, twin in twin_of.items() if before.get(image) != twin}
    if new:
        pairs = {"images": list(new), "twins": list(new.values())}
        session.connection().exec_driver_sql(_NAME, pairs)


_NAME = """
UPDATE images SET duplicate_of_id = new.twin
FROM unnest(%(images)s::uuid[], %(twins)s::uuid[]) AS new (image, twin) WHERE images.id = new.image
"""

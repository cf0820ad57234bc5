"""The images of a project, filtered and ordered by whatever is stored of them."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Exists,
    Select,
    String,
    any_,
    exists,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from app.db import class_sets
from app.db.models import Annotation, Assignment, Class, Cycle, Image, Label, QueueItem
from app.db.paging import Key
from app.db.review_queue import SKIPPED
from app.domain.enums import AssignmentState
from app.domain.image_filter import ImageFilter, Order

_NEVER = 1e30  # beyond every loss and confidence


def filtered(
    project_id: UUID, wanted: ImageFilter, shas: Sequence[str] | None = None
) -> Select[Image, str | None, list[UUID] | None]:
    """Select the images that meet a filter, with the name of their accepted class, or the ids of several.

    `shas` are the content hashes of those that meet what is not in the database; None lets all pass.
    """
    return (
        select(Image, Class.name, Label.class_ids)
        .outerjoin(Label, Label.image_id == Image.id)
        .outerjoin(Class, Class.id == Label.class_id)
        .where(Image.project_id == project_id, *_conditions(project_id, wanted))
        .where(true() if shas is None else Image.sha256 == any_(literal(shas, ARRAY(String))))
    )


def count(session: Session, project_id: UUID, wanted: ImageFilter, shas: Sequence[str] | None = None) -> int:
    """Count the images that meet a filter."""
    query = filtered(project_id, wanted, shas).with_only_columns(func.count(), maintain_column_froms=True)
    return session.scalar(query) or 0


def keys(order: Order) -> tuple[list[Key], bool]:
    """Return the keys of an order, and whether they run backwards."""
    loss: dict[Order, ColumnElement[Any]] = {
        "hardest": func.coalesce(Image.pretext_loss, -_NEVER),
        "easiest": func.coalesce(Image.pretext_loss, _NEVER),
        "least_sure": func.coalesce(_confidence(), _NEVER),
    }
    if order == "filename":
        return [Image.filename, Image.id], False
    return [*([loss[order]] if order in loss else []), Image.id], order in ("newest", "hardest")


def _confidence() -> ColumnElement[float | None]:
    newest = select(QueueItem.score).where(QueueItem.image_id == Image.id, QueueItem.score.isnot(None))
    return newest.order_by(QueueItem.id.desc()).limit(1).correlate(Image).scalar_subquery()


def _conditions(project_id: UUID, wanted: ImageFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.split is not None:
        yield Image.split == wanted.split
    if wanted.pool_batch is not None:
        yield Image.pool_batch == wanted.pool_batch
    if wanted.labelled is not None:
        yield Label.image_id.isnot(None) if wanted.labelled else Label.image_id.is_(None)
    if wanted.class_name is not None:
        yield or_(Class.name == wanted.class_name, class_sets.holds(project_id, wanted.class_name))
    if wanted.source is not None:
        yield Label.source == wanted.source
    if wanted.unsettled is not None:
        yield Image.unsettled == wanted.unsettled
    if wanted.filename is not None:
        yield Image.filename.icontains(wanted.filename, autoescape=True)
    yield from _asked(wanted)


def _asked(wanted: ImageFilter) -> Iterator[ColumnElement[bool]]:
    """What hangs on the image's places in queues."""
    if wanted.cycle is not None:
        items = select(QueueItem.id).join(Cycle).where(QueueItem.image_id == Image.id)
        yield items.where(Cycle.number == wanted.cycle).exists()
    answered = Assignment.state == AssignmentState.ANSWERED
    if wanted.annotator is not None:
        yield _assigned(Assignment.user_id == wanted.annotator, answered)
    if wanted.skipped is not None:
        yield _either(_assigned(SKIPPED), so=wanted.skipped)
    if wanted.flagged is not None:
        last = (
            select(Annotation.flagged)
            .where(Annotation.assignment_id == Assignment.id, Annotation.retracted_at.is_(None))
            .order_by(Annotation.revision.desc())
            .limit(1)
            .scalar_subquery()
        )
        yield _either(_assigned(answered, last), so=wanted.flagged)


def _assigned(*where: ColumnElement[bool]) -> Exists:
    given = exists().where(QueueItem.image_id == Image.id, Assignment.queue_item_id == QueueItem.id)
    return given.where(*where)


def _either(condition: Exists, *, so: bool) -> ColumnElement[bool]:
    return condition if so else ~condition

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
    Uuid,
    any_,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased

from app.db import class_sets, label_counts, learning, projects
from app.db.models import (
    Annotation,
    Assignment,
    Class,
    Cycle,
    Image,
    Label,
    PretextRun,
    PretextScore,
    QueueItem,
)
from app.db.paging import Key, cut, decode, encode, look_through, of_one, read_after, read_page
from app.db.review_queue import SKIPPED
from app.domain.enums import AssignmentState
from app.domain.image_filter import ImageFilter, Order

# Beyond every loss and confidence; written out in SQL, because an index is found by the same words only.
_NEVER = 1e30
_NEVER_SURE: ColumnElement[float] = literal_column(f"'{_NEVER}'::double precision")
Found = tuple[Image, str | None, list[UUID] | None]
# Images among which one page looks for those without a loss, or with a name that contains something: they may
# be few among a million.
LOOKED_AT = 20_000


def page(
    session: Session,
    project_id: UUID,
    wanted: ImageFilter,
    *,
    order: Order,
    cursor: str | None,
    limit: int,
    shas: Sequence[str] | None = None,
) -> tuple[list[Found], str | None]:
    """Return images that meet a filter, with the name of their accepted class, or the ids of several.

    At most `limit` of them after `cursor`, and the next cursor. `shas` are the content hashes of those that
    meet what is not in the database; None lets all pass.
    """
    part, wanted = wanted.filename, wanted.model_copy(update={"filename": None})
    if order in ("hardest", "easiest"):
        return _by_loss(session, project_id, wanted, part, order=order, cursor=cursor, limit=limit, shas=shas)
    run_id = session.scalar(learning.latest_run_id(project_id)) if wanted.pool_batch is not None else None
    keys, backwards = _keys(order, wanted)
    query = _filtered(project_id, wanted, shas, run_id)
    within: Key | None = Image.project_id if wanted.pool_batch is None else None
    if within is not None and order in ("oldest", "newest") and _need_label(wanted):
        # From the labels, which are in the images' order: they may be few.
        query = _met(project_id, wanted, shas).where(of_one(Label.project_id, project_id))
        keys, within = [Label.image_id], Label.project_id
    if part is not None:
        after = decode(cursor, keys) if cursor else None
        found, end = _named(
            session, query, keys, part, after=after, limit=limit, descending=backwards, within=within
        )
        return _cut(found, keys, limit, end)
    rows, following = read_page(session, query, keys, cursor, limit, descending=backwards, within=within)
    return [(image, name, ids) for image, name, ids, *_ in rows], following


def _cut(
    rows: list[Any], keys: Sequence[Key], limit: int, end: list[Any] | None
) -> tuple[list[Found], str | None]:
    """Return the first `limit` rows, and the cursor to those behind them, or else to what is behind `end`."""
    page, following = cut(rows, len(keys), limit)
    return [(image, name, ids) for image, name, ids, *_ in page], following or (encode(end) if end else None)


def _named(
    session: Session,
    query: Select[*Found],
    keys: Sequence[Key],
    part: str,
    *,
    after: Sequence[Any] | None,
    limit: int,
    descending: bool,
    within: Key | None = None,
) -> tuple[list[tuple[Any, ...]], list[Any] | None]:
    """Return one image more than `limit` at most, with its keys, whose names contain a text.

    As `look_through`; the last one of the keys is the image's id.
    """
    met, most = _contains(part), limit + 1
    if len(keys) == 1:
        # No index has the width, so the planner keeps to that of the order: else it would read all names of
        # the project off theirs, and sort them.
        met &= Image.width > 0
    found, end = look_through(
        session, query, keys, after, most, met=met, among=LOOKED_AT, descending=descending, within=within
    )
    told = session.execute(
        select(Image, Class.name, Label.class_ids)
        .outerjoin(Label, Label.image_id == Image.id)
        .outerjoin(Class, Class.id == Label.class_id)
        .where(Image.id == any_(literal([of_image[-1] for of_image in found], ARRAY(Uuid()))))
    )
    by_id = {image.id: (image, name, ids) for image, name, ids in told}  # without those that are gone by now
    return [(*by_id[of_image[-1]], *of_image) for of_image in found if of_image[-1] in by_id], end


def _filtered(
    project_id: UUID, wanted: ImageFilter, shas: Sequence[str] | None, run_id: UUID | None
) -> Select[*Found]:
    """Select the images that meet a filter; pool batches are those of a run."""
    query = _met(project_id, wanted, shas).where(of_one(Image.project_id, project_id))
    if wanted.pool_batch is not None:
        query = query.join(PretextScore, PretextScore.image_id == Image.id)
        query = query.where(PretextScore.pretext_run_id == run_id, _of_batch(wanted.pool_batch))
    return query


def _met(project_id: UUID, wanted: ImageFilter, shas: Sequence[str] | None) -> Select[*Found]:
    """Select what meets a filter but for pool batches, of whichever project."""
    label = Label.image_id == Image.id
    if not _need_label(wanted):
        # The project's alone: all projects' may be merged with the images, from the oldest on. Where a label
        # must be there, the planner would take both for conditions, and expect next to nothing.
        label &= Label.project_id == project_id
    return (
        select(Image, Class.name, Label.class_ids)
        .outerjoin(Label, label)
        .outerjoin(Class, Class.id == Label.class_id)
        .where(*_conditions(project_id, wanted))
        .where(true() if shas is None else Image.sha256 == any_(literal(shas, ARRAY(String))))
    )


def _need_label(wanted: ImageFilter) -> bool:
    return bool(wanted.labelled or wanted.source or wanted.class_name is not None)


def _of_batch(number: int) -> ColumnElement[bool]:
    # Not by `=`: the planner would leave a constant out of the order. See `_keys`.
    return PretextScore.pool_batch.between(number, number)


def count(session: Session, project_id: UUID, wanted: ImageFilter, shas: Sequence[str] | None = None) -> int:
    """Count the images that meet a filter."""
    if shas is None and not wanted.model_dump(exclude_defaults=True, exclude={"split", "labelled"}):
        counts = projects.image_counts(session, [project_id])[project_id].values()
        images = sum(one.images for one in counts if wanted.split in (None, one.split))
        if wanted.labelled is None:
            return images
        of_split = label_counts.counts(session, [project_id]).items()
        labels = sum(labels for said, labels in of_split if wanted.split in (None, said.split))
        return labels if wanted.labelled else images - labels
    run_id = session.scalar(learning.latest_run_id(project_id)) if wanted.pool_batch is not None else None
    met = _filtered(project_id, wanted, shas, run_id)
    return session.scalar(met.with_only_columns(func.count(), maintain_column_froms=True)) or 0


def _keys(order: Order, wanted: ImageFilter) -> tuple[list[Key], bool]:
    """Return the keys of an order of what meets a filter, and whether they run backwards."""
    if order == "filename":
        return [Image.filename, Image.id], False
    if order == "least_sure":
        return [func.coalesce(Image.confidence, _NEVER_SURE), Image.id], False
    if wanted.pool_batch is not None:
        # All are of that pool batch; but without it as a key, the planner may read the project's images by id
        # until a page is full, and those of a pool batch may be the last.
        return [PretextScore.pool_batch, PretextScore.image_id], order == "newest"
    return [Image.id], order == "newest"


def _contains(part: str) -> ColumnElement[bool]:
    return Image.filename.icontains(part, autoescape=True)


def _by_loss(
    session: Session,
    project_id: UUID,
    wanted: ImageFilter,
    part: str | None,
    *,
    order: Order,
    cursor: str | None,
    limit: int,
    shas: Sequence[str] | None,
) -> tuple[list[Found], str | None]:
    """Return a page of the images that the last run scored, by loss; behind them, by id, those without.

    Their names contain `part`. In cursors those without a loss have one beyond all others; of a pool batch,
    there are none. A page may have fewer than `limit` images, and a cursor nevertheless.
    """
    run, hardest = learning.latest_run(session, project_id), order == "hardest"
    keys: list[Key] = [PretextScore.loss, PretextScore.image_id]
    never = -_NEVER if hardest else _NEVER
    after = decode(cursor, keys) if cursor else None
    rows: list[Any] = []
    met, end = _met(project_id, wanted, shas), None
    if run is not None and (after is None or after[0] != never):
        # By the run alone, which is the project's: given both, the planner expects few images to meet them,
        # and sorts the pool.
        scored = met.join(PretextScore, PretextScore.image_id == Image.id)
        scored = scored.where(PretextScore.pretext_run_id == run.id)
        if wanted.pool_batch is not None:
            scored = scored.where(_of_batch(wanted.pool_batch))
        if part is None:
            rows = read_after(session, scored, keys, after, limit + 1, descending=hardest)
        else:
            rows, last = _named(session, scored, keys, part, after=after, limit=limit, descending=hardest)
            if last:
                return _cut(rows, keys, limit, last)
        after = None
    if wanted.pool_batch is None and len(rows) <= limit and not _all_scored(session, project_id, run):
        looked = _next_images(project_id, after[1] if after else None, descending=hardest).subquery()
        of_run = PretextScore.pretext_run_id == (run.id if run else None)
        rest = met.join(looked, looked.c.id == Image.id)
        rest = rest.where(~exists().where(PretextScore.image_id == Image.id, of_run))
        rest = rest.where(_contains(part)) if part is not None else rest
        rest = rest.add_columns(literal(never))
        rows += read_after(session, rest, [Image.id], None, limit + 1 - len(rows), descending=hardest)
        if len(rows) <= limit:
            end = session.scalar(select(looked.c.id).offset(LOOKED_AT - 1))
    return _cut(rows, keys, limit, [never, end] if end else None)


def _next_images(project_id: UUID, last: UUID | None, *, descending: bool) -> Select[UUID]:
    """Select the images of a project that follow one, as many as a page looks at."""
    query = select(Image.id).where(of_one(Image.project_id, project_id))
    if last is not None:
        query = query.where(Image.id < last if descending else Image.id > last)
    order = Image.project_id, Image.id
    return query.order_by(*[key.desc() for key in order] if descending else order).limit(LOOKED_AT)


def _all_scored(session: Session, project_id: UUID, run: PretextRun | None) -> bool:
    """Tell whether every image of a project has a loss by a run."""
    counts = projects.image_counts(session, [project_id])[project_id].values()
    held = sum(batch["size"] for batch in run.batches.values()) if run else 0
    return held == sum(one.images for one in counts)


def _conditions(project_id: UUID, wanted: ImageFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.split is not None:
        yield Image.split == wanted.split
    if wanted.labelled is not None:
        yield Label.image_id.isnot(None) if wanted.labelled else Label.image_id.is_(None)
    if wanted.class_name is not None:
        yield or_(Class.name == wanted.class_name, class_sets.holds(project_id, wanted.class_name))
    if wanted.source is not None:
        yield Label.source == wanted.source
    if wanted.unsettled is not None:
        yield Image.unsettled == wanted.unsettled
    if wanted.near_duplicate is not None:
        yield _either(Image.duplicate_of_id.isnot(None), so=wanted.near_duplicate)
    if wanted.alike is not None:
        yield or_(Image.id == wanted.alike, Image.duplicate_of_id == wanted.alike)
    if wanted.filename is not None:
        yield _contains(wanted.filename)
    yield from _asked(project_id, wanted)


def _asked(project_id: UUID, wanted: ImageFilter) -> Iterator[ColumnElement[bool]]:
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
        yield _either(Image.id.in_(_flagged(project_id)), so=wanted.flagged)


def _flagged(project_id: UUID) -> Select[UUID]:
    """Select the images of answers whose last revision flags them."""
    newer = aliased(Annotation)
    replaced = (
        exists()
        .where(newer.assignment_id == Annotation.assignment_id, newer.retracted_at.is_(None))
        .where(newer.revision > Annotation.revision)
    )
    return (
        select(Annotation.image_id)
        .join(Assignment, Assignment.id == Annotation.assignment_id)
        .where(Annotation.project_id == project_id, Annotation.flagged, Annotation.retracted_at.is_(None))
        .where(Assignment.state == AssignmentState.ANSWERED, Assignment.queue_item_id.isnot(None), ~replaced)
    )


def _assigned(*where: ColumnElement[bool]) -> Exists:
    given = exists().where(QueueItem.image_id == Image.id, Assignment.queue_item_id == QueueItem.id)
    return given.where(*where)


def _either(condition: ColumnElement[bool], *, so: bool) -> ColumnElement[bool]:
    return condition if so else ~condition

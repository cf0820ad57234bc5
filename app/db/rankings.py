"""What pretext runs say of images: losses, ranks, pool batches, and how far these are labelled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.db import images, label_counts, learning
from app.db.controls import OF_NO_OPEN_CYCLE
from app.db.driver import copy_rows
from app.db.models import Cycle, Image, Label, PretextRun, PretextScore, QueueItem
from app.domain.enums import CycleState, QueueItemState

Placed = tuple[int, float]  # pool batch and loss


@dataclass(frozen=True)
class BatchUse:
    """One pool batch, how much of it is labelled, and how much is asked for: queued, or in dispute."""

    number: int
    size: int
    labelled: int
    asked: int
    lowest_loss: float
    highest_loss: float


@dataclass(frozen=True)
class Example:
    """One image of a ranking."""

    image_id: UUID
    filename: str
    loss: float
    rank: int
    pool_batch: int


@dataclass(frozen=True, slots=True)
class NewScore:
    """The loss, rank (None: imported after the run) and pool batch of one image."""

    image_id: UUID
    loss: float
    rank: int | None
    pool_batch: int


def examples(session: Session, run: PretextRun, count: int) -> list[Example]:
    """Return images at equal distances of a run's ranking, by rank; all if there are no more."""
    last = (run.image_count or 0) - 1
    ranks = {last * place // (count - 1) for place in range(count)}
    query = (
        select(Image.id, Image.filename, PretextScore.loss, PretextScore.rank, PretextScore.pool_batch)
        .join(Image, Image.id == PretextScore.image_id)
        .where(PretextScore.pretext_run_id == run.id, PretextScore.rank.in_(ranks))
        .order_by(PretextScore.rank)
    )
    return [
        Example(image_id, filename, loss, place, pool_batch)
        for image_id, filename, loss, place, pool_batch in session.execute(query)
        if place is not None
    ]


def batch_use(session: Session, run: PretextRun, *, of_open_cycle: bool = True) -> list[BatchUse]:
    """Return the pool batches of a run, and how far each is labelled.

    Without the labels `of_open_cycle` all that it asks for counts as asked still. What a pool batch holds is
    kept with the run, so that this looks at labels and open queues, not at the pool.
    """
    here = PretextScore.pretext_run_id == run.id
    queued = (
        select(QueueItem.image_id)
        .join(Cycle, Cycle.id == QueueItem.cycle_id)
        .where(Cycle.project_id == run.project_id, Cycle.state == CycleState.LABELLING)
    )
    counts = Label.image_id == PretextScore.image_id
    if of_open_cycle:
        queued = queued.where(QueueItem.state == QueueItemState.OPEN)
    else:
        counts &= OF_NO_OPEN_CYCLE
    disputed = select(Image.id).where(Image.project_id == run.project_id, Image.unsettled)
    asked = queued.union(disputed).subquery()
    of_asked = (
        select(PretextScore.pool_batch, func.count())
        .join(asked, asked.c.image_id == PretextScore.image_id)
        .outerjoin(Label, counts)
        .where(here, Label.image_id.is_(None))
        .group_by(PretextScore.pool_batch)
    )
    waiting = dict(session.execute(of_asked).all())
    labelled = label_counts.by_batch(session, run, of_open_cycle=of_open_cycle)
    return [
        BatchUse(
            number,
            held["size"],
            labelled.get(number, 0),
            waiting.get(number, 0),
            held["lowest"],
            held["highest"],
        )
        for number, held in sorted((int(number), held) for number, held in run.batches.items())
    ]


def scores(run_id: UUID, pool_batch: int | None) -> Select[PretextScore]:
    """Select a run's scores."""
    query = select(PretextScore).where(PretextScore.pretext_run_id == run_id)
    return query if pool_batch is None else query.where(PretextScore.pool_batch == pool_batch)


def unlabelled_of_run(session: Session, run_id: UUID) -> list[tuple[str, NewScore]]:
    """Return content hash and score of the unlabelled images that a run scored."""
    query = (
        select(Image.sha256, Image.id, PretextScore.loss, PretextScore.rank, PretextScore.pool_batch)
        .join(PretextScore, PretextScore.image_id == Image.id)
        .outerjoin(Label, Label.image_id == Image.id)
        .where(PretextScore.pretext_run_id == run_id, Label.image_id.is_(None), ~Image.unsettled)
    )
    rows = session.execute(query)
    return [(sha, NewScore(image, loss, rank, batch)) for sha, image, loss, rank, batch in rows]


def placed(session: Session, project_id: UUID, image_ids: Sequence[UUID]) -> dict[UUID, Placed]:
    """Return pool batch and loss of those of the images that the project's last finished run scored."""
    query = select(PretextScore.image_id, PretextScore.pool_batch, PretextScore.loss).where(
        PretextScore.pretext_run_id == learning.latest_run_id(project_id).scalar_subquery(),
        PretextScore.image_id.in_(image_ids),
    )
    return {image_id: (pool_batch, loss) for image_id, pool_batch, loss in session.execute(query)}


def add_scores(session: Session, run_id: UUID, scores: Sequence[NewScore]) -> None:
    """Write scores of a run, and what its pool batches hold with them."""
    if not scores:
        return
    columns = ("pretext_run_id", "image_id", "loss", "rank", "pool_batch")
    types = ("uuid", "uuid", "float8", "int4", "int4")
    as_on_disk = sorted(scores, key=lambda one: one.image_id.int)
    rows = ((run_id, one.image_id, one.loss, one.rank, one.pool_batch) for one in as_on_disk)
    copy_rows(session, "pretext_scores", columns, types, rows)
    run = session.get_one(PretextRun, run_id)
    label_counts.add_of_scores(session, run_id, [one.image_id for one in scores] if run.batches else None)
    run.batches = _held(run.batches, scores)


def newcomers(session: Session, project_id: UUID, run_id: UUID) -> list[tuple[UUID, str]]:
    """Return id and content hash of pool images that a run has not scored, by id."""
    query = images.pool(project_id).outerjoin(
        PretextScore, (PretextScore.image_id == Image.id) & (PretextScore.pretext_run_id == run_id)
    )
    return [(i, sha) for i, sha in session.execute(query.where(PretextScore.image_id.is_(None)))]


def _held(batches: dict[str, Any], scores: Iterable[NewScore]) -> dict[str, Any]:
    """How many images each pool batch holds, and their losses, with scores that came to it."""
    held = {number: dict(batch) for number, batch in batches.items()}
    for one in scores:
        batch = held.setdefault(str(one.pool_batch), {"size": 0, "lowest": one.loss, "highest": one.loss})
        batch["size"] += 1
        batch["lowest"] = min(batch["lowest"], one.loss)
        batch["highest"] = max(batch["highest"], one.loss)
    return held

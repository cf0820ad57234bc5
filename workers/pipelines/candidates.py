"""The images that a cycle may choose from, newcomers included."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from app.db import images, learning, rankings
from app.db.models import Cycle, Model, PretextRun, Project
from app.db.session import unit_of_work
from app.domain.enums import NearDuplicates, PoolOrder, PoolScope, Split
from app.domain.errors import PoolEmpty
from app.domain.plans import Plan
from app.domain.project_settings import ProjectSettings
from workers.ml.class_columns import ClassColumns
from workers.ml.passes import Output
from workers.ml.query.near_duplicates import Askable, askable
from workers.ml.query.pool import open_rows
from workers.ml.ranking import pool_batch_of
from workers.ml.said import Said
from workers.pipelines.claim import Claim
from workers.pipelines.pixels import cached_images
from workers.pipelines.shards.asked import NetworkKind
from workers.pipelines.shards.scored import Sharded


@dataclass(frozen=True)
class Question:
    """What a query works with, read before any computation. `labelled` holds id and content hash.

    `model` is the last task model, if it can tell any present class; `columns` are the ids of those.
    """

    cycle: Cycle
    plan: Plan
    run: PretextRun | None
    model: Model | None
    settings: ProjectSettings
    columns: ClassColumns[UUID]
    pool_batch: int
    newcomers: list[tuple[UUID, str]]
    labelled: list[tuple[UUID, str]]


@dataclass(frozen=True)
class Found:
    """Id and content hash of the images to choose from, in rank order, and the pool batch they are of.

    `twin_of` says which of the images that were `looked_at` show the same shot as another one.
    """

    images: list[tuple[UUID, str]]
    pool_batch: int | None
    notes: tuple[str, ...]
    held_back: int = 0
    looked_at: tuple[UUID, ...] = ()
    twin_of: Mapping[UUID, UUID] = field(default_factory=dict)


def read_question(claim: Claim) -> Question:
    """Read all that the query needs; raises PoolEmpty if its cycle is gone."""
    with unit_of_work() as work:
        db = work.session
        cycle = learning.cycle_of_job(db, claim.job_id)
        if cycle is None:
            raise PoolEmpty("The cycle of this query is gone.")
        run = db.get_one(PretextRun, cycle.pretext_run_id) if cycle.pretext_run_id else None
        labelled = images.labelled_images(db, claim.project_id, [Split.POOL])
        model = learning.latest_model(db, claim.project_id)
        told = learning.told_by(db, model) if model else []
        columns = ClassColumns.of([row.id if row else None for row in told])
        return Question(
            cycle=cycle,
            plan=Plan.model_validate(cycle.plan),
            run=run,
            model=model if columns.present else None,
            settings=ProjectSettings.model_validate(db.get_one(Project, claim.project_id).settings),
            columns=columns,
            # This cycle is among them, so 1 for the first.
            pool_batch=learning.cycles_of_run(db, run.id) if run else 1,
            newcomers=rankings.newcomers(db, claim.project_id, run.id) if run else [],
            labelled=labelled,
        )


def score_newcomers(claim: Claim, question: Question) -> list[rankings.NewScore]:
    """Rank images that came after the run by its model; those of pool batches past join the open one."""
    run = question.run
    bounds = run.lower_bounds.get("bounds") or [] if run else []
    if run is None or run.weights_sha256 is None or not question.newcomers or not bounds:
        return []
    shas = [sha for _, sha in question.newcomers]
    scored = Sharded(claim, NetworkKind.PRETEXT, run.weights_sha256, shas, claim.stage(0, 0.4))
    losses = scored.ask([Output.PRETEXT_LOSSES])[Output.PRETEXT_LOSSES].tolist()
    open_batch = min(question.pool_batch, run.pool_batches)
    return [
        rankings.NewScore(
            image,
            loss,
            None,
            max(open_batch, pool_batch_of(loss, bounds, run.order.value, image_id=str(image), seed=run.seed)),
        )
        for (image, _), loss in zip(question.newcomers, losses, strict=True)
    ]


def candidates_of(question: Question, newcomers: list[rankings.NewScore]) -> Found:
    """The unlabelled images of the cycle's pool batch, or of the whole pool; raises PoolEmpty.

    If the pool batch is used up, those of a later one, or all that remain.
    """
    with unit_of_work() as work:
        db = work.session
        if question.run is None:
            pool = [(image, sha) for image, sha in db.execute(images.pool(question.cycle.project_id))]
            return _not_empty(Found(pool, None, ()))
        rest = rankings.unlabelled_of_run(db, question.run.id)
    sha_of = dict(question.newcomers)
    rest += [(sha_of[score.image_id], score) for score in newcomers]
    rest.sort(key=lambda row: _place(question.run, row[1]))
    if question.plan.scope is PoolScope.POOL:
        return _not_empty(Found([(score.image_id, sha) for sha, score in rest], None, ()))
    rows, batch = open_rows([score.pool_batch for _, score in rest], question.pool_batch)
    notes: tuple[str, ...] = ()
    if batch is None:
        used = "All pool batches are used; this cycle queries all that remains of the pool."
        notes = (Said("pool_batches_used", used),)
    elif batch != question.pool_batch:
        text = "Pool batch {wanted} is labelled already; this cycle queries pool batch {batch}."
        notes = (Said("pool_batch_labelled", text, wanted=question.pool_batch, batch=batch),)
    return _not_empty(Found([(rest[row][1].image_id, rest[row][0]) for row in rows], batch, notes))


def without_near_duplicates(claim: Claim, question: Question, found: Found, size: int) -> Found:
    """Keep of images that show the same shot the first in rank order, unless the project asks for all."""
    if question.settings.near_duplicates is NearDuplicates.ASK_ALL:
        return found
    data = cached_images(claim.project_id, size, [sha for _, sha in found.images], claim.stage(0.4, 0.45))
    labelled = [sha for _, sha in question.labelled]
    known = cached_images(claim.project_id, size, labelled, claim.stage(0.45, 0.47))
    kept = askable(data, known, claim.stage(0.47, 0.5))
    notes = found.notes
    if kept.held_back and len(kept.rows) < question.cycle.budget:
        notes = (*notes, *_waiting(kept))
    candidates = [image for image, _ in found.images]
    seen = [*(image for image, _ in question.labelled), *candidates]
    return replace(
        found,
        images=[found.images[row] for row in kept.rows],
        notes=notes,
        held_back=kept.held_back,
        looked_at=tuple(candidates),
        twin_of={candidates[row]: seen[like] for row, like in kept.twin_of.items()},
    )


def _waiting(kept: Askable) -> Iterator[Said]:
    """Say which near-duplicates wait."""
    if kept.alike:
        text = "{count} near-duplicates of images asked for now wait for a later cycle."
        yield Said("alike_wait", text, count=kept.alike)
    if kept.known:
        text = "{count} near-duplicates of labelled images wait for a later cycle."
        yield Said("known_wait", text, count=kept.known)


def _place(run: PretextRun | None, score: rankings.NewScore) -> tuple[float, float, UUID]:
    """Where an image stands in its run's order; newcomers by their loss, or last if that says nothing."""
    if run is None or run.order is PoolOrder.SHUFFLED:
        return (0.0 if score.rank is not None else 1.0, float(score.rank or 0), score.image_id)
    sign = 1.0 if run.order is PoolOrder.ASCENDING else -1.0
    return (sign * score.loss, 0.0, score.image_id)


def _not_empty(found: Found) -> Found:
    if not found.images:
        raise PoolEmpty("Every image of the pool is labelled.")
    return found

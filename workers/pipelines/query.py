"""The query of a cycle: which K images people should label next (PT4AL, section 3.3)."""

from dataclasses import dataclass
from uuid import UUID

import torch
from sqlalchemy import func
from torch import Tensor

from app.db import learning, projects
from app.db.models import Cycle, Model, PretextRun, Project, QueueItem
from app.db.session import unit_of_work
from app.domain.enums import CycleState, QueryStrategyName
from app.domain.errors import PoolEmpty
from app.domain.moves import cycle_move
from app.domain.project_settings import ProjectSettings
from workers.ml.device import pick_device, tune
from workers.ml.pretext.registry import PRETEXT_TASKS
from workers.ml.pretext.scoring import pretext_losses
from workers.ml.query.registry import QUERY_STRATEGIES
from workers.ml.query.strategy import Candidates
from workers.ml.ranking import pool_batch_of
from workers.ml.seeds import derived_seed
from workers.ml.task_model import predict
from workers.pipelines.claim import Claim
from workers.pipelines.models import stored_model, stored_pretext_model
from workers.pipelines.pixels import cached_images


@dataclass(frozen=True)
class _Plan:
    """What the query works with, read before any computation."""

    cycle: Cycle
    run: PretextRun
    model: Model | None
    settings: ProjectSettings
    classes: dict[str, UUID]
    pool_batch: int
    newcomers: list[tuple[UUID, str]]


@dataclass(frozen=True)
class _PoolBatch:
    """The images to choose from, hardest first."""

    ids: list[UUID]
    shas: list[str]
    pool_batch: int | None
    note: str


def run(claim: Claim) -> None:
    """Choose the cycle's images and open its queue."""
    plan = _read(claim)
    device = pick_device()
    tune(device)
    newcomers = _score_newcomers(claim, plan, device)
    candidates = _candidates(plan, newcomers)
    probs, names = _predict(claim, plan, candidates, device)
    picked = _pick(plan, candidates, probs)
    note = candidates.note
    if len(picked) < plan.cycle.budget:
        note = f"{note} Only {len(picked)} images were left to query.".strip()
    with claim.finish({"queried": len(picked), "newcomers": len(newcomers)}) as work:
        db = work.session
        learning.add_scores(db, plan.run.id, newcomers)
        cycle = learning.lock_cycle(db, plan.cycle.id)
        assert cycle is not None  # noqa: S101  # a deleted cycle takes its job along, so the claim was lost
        cycle.state = cycle_move(cycle.state, CycleState.LABELLING)
        cycle.opened_at, cycle.queued = func.now(), len(picked)
        cycle.pool_batch, cycle.note = candidates.pool_batch, note
        for position, row in enumerate(picked):
            score, suggested = None, None
            if probs is not None:
                best = int(probs[row].argmax())
                score, suggested = float(probs[row, best]), plan.classes.get(names[best])
            db.add(
                QueueItem(
                    cycle_id=cycle.id,
                    image_id=candidates.ids[row],
                    position=position,
                    score=score,
                    suggested_class_id=suggested,
                )
            )


def _read(claim: Claim) -> _Plan:
    with unit_of_work() as work:
        db = work.session
        cycle = learning.cycle_of_job(db, claim.job_id)
        if cycle is None:
            raise PoolEmpty("The cycle of this query is gone.")
        run = db.get_one(PretextRun, cycle.pretext_run_id)
        return _Plan(
            cycle=cycle,
            run=run,
            model=learning.latest_model(db, claim.project_id),
            settings=ProjectSettings.model_validate(db.get_one(Project, claim.project_id).settings),
            classes={row.name: row.id for row in projects.classes(db, claim.project_id)},
            pool_batch=learning.cycles_of_run(db, run.id),  # this cycle is among them, so 1 for the first
            newcomers=learning.newcomers(db, claim.project_id, run.id),
        )


def _score_newcomers(claim: Claim, plan: _Plan, device: torch.device) -> list[learning.NewScore]:
    """Rank images that came after the run by its model; those of pool batches past join the open one."""
    bounds = plan.run.lower_bounds.get("bounds") or []
    if not plan.newcomers or not bounds or plan.run.weights_sha256 is None:
        return []
    model, meta = stored_pretext_model(plan.run.weights_sha256)
    shas = [sha for _, sha in plan.newcomers]
    data = cached_images(claim.project_id, meta["pixels"], shas, claim.stage(0, 0.2))
    task = PRETEXT_TASKS[plan.run.task.value]
    losses = pretext_losses(model, task, data, device, progress=claim.stage(0.2, 0.4)).tolist()
    open_batch = min(plan.pool_batch, plan.run.pool_batches)
    return [
        learning.NewScore(image_id, loss, None, max(open_batch, pool_batch_of(loss, bounds)))
        for (image_id, _), loss in zip(plan.newcomers, losses, strict=True)
    ]


def _candidates(plan: _Plan, newcomers: list[learning.NewScore]) -> _PoolBatch:
    """The unlabelled images of the cycle's pool batch; of a later one, or all that remain, if it is empty."""
    sha_of = dict(plan.newcomers)
    with unit_of_work() as work:
        rest = learning.unlabelled_of_run(work.session, plan.run.id)
    rest += [(n.image_id, sha_of[n.image_id], n.loss, n.pool_batch) for n in newcomers]
    if not rest:
        raise PoolEmpty("Every image of the pool is labelled.")
    rest.sort(key=lambda row: (-row[2], row[0]))
    batch: int | None = next((b for b in sorted({row[3] for row in rest}) if b >= plan.pool_batch), None)
    note = ""
    if batch is None:
        note = "All pool batches are used; this cycle queries all that remains of the pool."
    elif batch != plan.pool_batch:
        note = f"Pool batch {plan.pool_batch} is labelled already; this cycle queries pool batch {batch}."
    chosen = [row for row in rest if batch is None or row[3] == batch]
    return _PoolBatch([row[0] for row in chosen], [row[1] for row in chosen], batch, note)


def _predict(
    claim: Claim, plan: _Plan, candidates: _PoolBatch, device: torch.device
) -> tuple[Tensor | None, list[str]]:
    """The last task model's softmax (N, C) for the candidates, and the names of its classes."""
    if plan.model is None:
        return None, []
    model, meta = stored_model(plan.model.weights_sha256)
    data = cached_images(claim.project_id, meta["pixels"], candidates.shas, claim.stage(0.4, 0.6))
    return predict(model, data, None, device, progress=claim.stage(0.6, 0.95)), plan.model.classes


def _pick(plan: _Plan, candidates: _PoolBatch, probs: Tensor | None) -> list[int]:
    """Rows of the candidates. Without a task model, every strategy but `random` is uniform in loss rank."""
    name = plan.cycle.strategy.value
    if probs is None and plan.cycle.strategy is not QueryStrategyName.RANDOM:
        name = "uniform"
    seed = derived_seed(plan.settings.seed, "query", plan.cycle.number)
    known = Candidates(len(candidates.ids), probs=probs)
    return QUERY_STRATEGIES[name](known, plan.cycle.budget, seed)

"""The training at a cycle's end: a fresh task model on all labels so far, and its evaluation."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import torch
from sqlalchemy import func

from app.db import images, learning, projects
from app.db.models import Cycle, Model, PretextRun, Project
from app.db.session import unit_of_work
from app.domain.enums import CycleState, ModelStart, Split
from app.domain.errors import NoPretextRun, NothingToTrain
from app.domain.moves import cycle_move
from app.domain.plans import Plan
from app.domain.project_settings import ProjectSettings
from workers.ml.backbones import Backbone, Classifier, default_backbone
from workers.ml.device import pick_device, tune
from workers.ml.evaluation import evaluate
from workers.ml.query.registry import QUERY_STRATEGIES
from workers.ml.recipes import task_recipe
from workers.ml.seeds import derived_seed
from workers.ml.task_model import predict, train_classifier
from workers.pipelines.claim import Claim
from workers.pipelines.models import checkpoint_of, keep_model, stored_pretext_model
from workers.pipelines.numerics import numerics_of
from workers.pipelines.pixels import cached_images


@dataclass(frozen=True)
class _Labelled:
    """Content hashes of images, and the positions of their classes."""

    shas: list[str]
    classes: list[int]


@dataclass(frozen=True)
class _Plan:
    """What the training works with, read before any computation."""

    cycle: Cycle
    settings: ProjectSettings
    names: list[str]
    plan: Plan
    run: PretextRun | None
    pool: _Labelled
    held_out: _Labelled
    split: Split


def run(claim: Claim) -> None:
    """Train, evaluate, keep the model, end the cycle, and begin the next one if the project wants it."""
    plan = _read(claim)
    device = pick_device()
    tune(device)
    size, settings = plan.settings.image_size, plan.settings
    data = cached_images(claim.project_id, size, plan.pool.shas, claim.stage(0, 0.05))
    seed = derived_seed(settings.seed, "training", plan.cycle.number) % 2**31
    start_from = _pretext_backbone(plan)
    backbone = settings.backbone or default_backbone(size, device.type)
    strategy = QUERY_STRATEGIES[plan.plan.later.value]
    recipe = task_recipe(len(plan.pool.shas), device, settings.task_epochs, seed, flip=settings.flip)
    choice = numerics_of(device, backbone, size, recipe, len(data))
    model, result = train_classifier(
        data,
        plan.pool.classes,
        len(plan.names),
        backbone,
        recipe,
        device=device,
        checkpoint=checkpoint_of(claim),
        progress=claim.stage(0.05, 0.85),
        dropout=strategy.dropout,
        loss_head=strategy.loss_head,
        start_from=start_from,
        numerics=choice.numerics,
    )
    metrics = _evaluate(claim, plan, model, device)
    weights = keep_model(model, {"pixels": size, "classes": plan.names})
    with claim.finish({"labels": len(data), "images_per_second": result.images_per_second}) as work:
        db = work.session
        project = projects.lock(db, claim.project_id)
        cycle = learning.lock_cycle(db, plan.cycle.id)
        assert cycle is not None  # noqa: S101  # a deleted cycle takes its job along, so the claim was lost
        db.add(
            Model(
                project_id=claim.project_id,
                cycle_id=cycle.id,
                backbone=backbone,
                label_count=len(data),
                classes=plan.names,
                metrics=metrics,
                history={"loss": result.history, **choice.told(device, result.numerics)},
                weights_sha256=weights,
            )
        )
        cycle.state, cycle.finished_at = cycle_move(cycle.state, CycleState.DONE), func.now()
        db.flush()
        now = ProjectSettings.model_validate(project.settings)
        if now.auto_next_cycle and images.pool_size(db, claim.project_id):
            try:
                learning.add_cycle(work, claim.project_id, now.budget, now.resolved_plan(), None)
            except NoPretextRun as error:  # the plan was changed meanwhile; people must start the run
                cycle.note = f"{cycle.note} The next cycle waits: {error.message}".strip()
    checkpoint_of(claim).unlink(missing_ok=True)


def _read(claim: Claim) -> _Plan:
    with unit_of_work() as work:
        db = work.session
        cycle = learning.cycle_of_job(db, claim.job_id)
        if cycle is None:
            raise NothingToTrain("The cycle of this training is gone.")
        classes = projects.classes(db, claim.project_id)
        position = {row.id: place for place, row in enumerate(classes)}
        rows = images.labelled(db, claim.project_id, list(Split))
        settings = ProjectSettings.model_validate(db.get_one(Project, claim.project_id).settings)
        run = db.get_one(PretextRun, cycle.pretext_run_id) if cycle.pretext_run_id else None
    present = {split for _, _, _, split in rows}
    pool = _labelled(rows, Split.POOL, position)
    if not pool.shas:
        raise NothingToTrain("There is no label to train on.")
    split = Split.TEST if Split.TEST in present else Split.VALIDATION
    names = [row.name for row in classes]
    held_out = _labelled(rows, split, position)
    return _Plan(cycle, settings, names, Plan.model_validate(cycle.plan), run, pool, held_out, split)


def _pretext_backbone(plan: _Plan) -> Backbone | None:
    """The backbone that the task model starts from, where the plan says so."""
    if plan.plan.start is ModelStart.SCRATCH or plan.run is None or plan.run.weights_sha256 is None:
        return None
    return stored_pretext_model(plan.run.weights_sha256)[0].backbone


def _labelled(
    rows: list[tuple[UUID, str, UUID, Split]], split: Split, position: dict[UUID, int]
) -> _Labelled:
    chosen = [(sha, position[class_id]) for _, sha, class_id, where in rows if where is split]
    return _Labelled([sha for sha, _ in chosen], [place for _, place in chosen])


def _evaluate(claim: Claim, plan: _Plan, model: Classifier, device: torch.device) -> dict[str, Any]:
    """The metrics on the held-out split as `MetricsOut` shows them; empty if nothing is held out."""
    if not plan.held_out.shas:
        return {}
    size = plan.settings.image_size
    data = cached_images(claim.project_id, size, plan.held_out.shas, claim.stage(0.85, 0.9))
    probs = predict(model, data, None, device, progress=claim.stage(0.9, 0.99))
    found = evaluate(probs, torch.tensor(plan.held_out.classes))
    counts = [sum(row) for row in found.confusion]
    return {
        "split": plan.split.value,
        "count": found.n,
        "accuracy": found.accuracy,
        "log_loss": found.log_loss,
        "expected_calibration_error": found.ece,
        "per_class": [
            {"name": name, "recall": recall, "count": count}
            for name, recall, count in zip(plan.names, found.per_class_recall, counts, strict=True)
        ],
        "confusion": found.confusion,
    }

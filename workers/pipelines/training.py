"""The training at a cycle's end: a fresh task model on all labels so far, and its evaluation."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import structlog
import torch
from sqlalchemy import func
from sqlalchemy.orm import Session

from app.db import images, learning, projects
from app.db.models import Class, Cycle, Model, PretextRun, Project
from app.db.session import unit_of_work
from app.domain.enums import CycleState, ProjectTask, Split
from app.domain.errors import NoPretextRun, NothingToTrain
from app.domain.moves import cycle_move
from app.domain.plans import Plan
from app.domain.project_settings import ProjectSettings
from workers.ml.backbones import default_backbone
from workers.ml.class_columns import ClassColumns
from workers.ml.device import pick_device, tune
from workers.ml.query.registry import QUERY_STRATEGIES
from workers.ml.recipes import task_recipe
from workers.ml.said import Said, parts_of
from workers.ml.seeds import derived_seed
from workers.ml.set_training import train_with_sets
from workers.ml.task_model import train_classifier
from workers.pipelines.claim import Claim
from workers.pipelines.evaluation import Labelled, Marks, mark
from workers.pipelines.models import checkpoint_of, keep_model, keep_predictions
from workers.pipelines.numerics import numerics_of
from workers.pipelines.pixels import cached_images
from workers.pipelines.predictor import Predictor
from workers.pipelines.set_marks import WithSets, mark_sets
from workers.pipelines.start import start_of
from workers.pipelines.stopping import STOP_SET, compare, stopping_of
from workers.pipelines.timings import Timings
from workers.pipelines.weighing import weigh

log = structlog.get_logger()


@dataclass(frozen=True)
class _Plan:
    """What the training works with, read before any computation.

    `models` are those of earlier cycles; `told` are the present names of the classes of the last of them.
    `unsettled` counts the images that people answered and no label follows from: they are left out.
    """

    cycle: Cycle
    settings: ProjectSettings
    plan: Plan
    run: PretextRun | None
    classes: list[Class]
    pool: Labelled | WithSets
    validation: Labelled | WithSets
    test: Labelled | WithSets
    models: list[Model]
    told: list[str | None]
    stop_set: list[str]
    unsettled: int


def run(claim: Claim) -> None:
    """Train, evaluate, keep the model, end the cycle, and begin the next one if the project wants it."""
    weighed = weigh(claim)
    plan = _read(claim)
    device = pick_device()
    tune(device)
    size, settings = plan.settings.image_size, plan.settings
    names = [row.name for row in plan.classes]
    data = cached_images(claim.project_id, size, plan.pool.shas, claim.stage(0, 0.05))
    seed = derived_seed(settings.seed, "training", plan.cycle.number) % 2**31
    usual = default_backbone(size, device.type)
    start = start_of(plan.plan, plan.run, settings.backbone, usual)
    backbone = start.backbone
    strategy = QUERY_STRATEGIES[plan.plan.later.value]
    recipe = task_recipe(len(plan.pool.shas), device, settings.task_epochs, seed, flip=settings.flip)
    timings = Timings()
    with timings.part("choice of numerics"):  # measured once on each machine, then known
        choice = numerics_of(device, backbone, size, recipe, len(data))
    asked: dict[str, Any] = {
        "device": device,
        "checkpoint": checkpoint_of(claim),
        "progress": claim.stage(0.05, 0.85),
        "balance": settings.balance.value,
        "dropout": strategy.dropout,
        "loss_head": strategy.loss_head,
        "start_from": start.weights,
        "numerics": choice.numerics,
    }
    log.info(
        f"cycle {plan.cycle.number}: {len(data)} labels of {len(names)} classes",
        backbone=backbone,
        device=device.type,
        epochs=recipe.epochs,
        balance=settings.balance.value,
        validation=len(plan.validation.shas),
        test=len(plan.test.shas),
        unsettled=plan.unsettled,
    )
    with timings.part("training"):
        if isinstance(plan.pool, WithSets):
            model, result = train_with_sets(data, plan.pool.truth, backbone, recipe, **asked)
        else:
            model, result = train_classifier(data, plan.pool.classes, len(names), backbone, recipe, **asked)
    fresh = Predictor(model, size, ClassColumns.of(names), device)
    with timings.part("evaluation"):
        marks, thresholds = _mark(claim, fresh, plan)
        fresh = replace(fresh, thresholds=thresholds)
        agreement = compare(claim, fresh, plan.models[-1] if plan.models else None, plan.told, plan.stop_set)
    log.info(
        "marks", **{name: value for name, value in marks.metrics.items() if isinstance(value, float | str)}
    )
    balance, temperature = settings.balance, marks.temperature
    meta = {"pixels": size, "classes": names, "balance": balance.value, "temperature": temperature}
    if thresholds:
        meta["thresholds"] = thresholds
    new = Model(
        project_id=claim.project_id,
        cycle_id=plan.cycle.id,
        backbone=backbone,
        label_count=len(data),
        classes=names,
        class_ids=[str(row.id) for row in plan.classes],
        metrics=marks.metrics,
        balance=balance,
        calibration={
            "temperature": temperature,
            "images": len(plan.validation.shas),
            "note": marks.note,
            "said": {"note": parts_of([marks.note])},
        },
        agreement=agreement,
        history={"loss": result.history, **choice.told(device, result.numerics)},
        weights_sha256=keep_model(model, meta),
        predictions_sha256=keep_predictions(marks.predictions),
    )
    new.stopping = stopping_of([*plan.models, new], settings.budget)
    found = {
        "labels": len(data),
        "unsettled": plan.unsettled,
        "weighed": weighed,
        "images_per_second": result.images_per_second,
        "seconds": timings.seconds,
    }
    _keep(claim, plan, new, found, start.note)
    checkpoint_of(claim).unlink(missing_ok=True)


def _keep(claim: Claim, plan: _Plan, new: Model, found: dict[str, Any], note: Said | None) -> None:
    """Keep a model, end its cycle, and begin the next one if the project wants it."""
    with claim.finish(found) as work:
        db = work.session
        project = projects.lock(db, claim.project_id)
        cycle = learning.lock_cycle(db, plan.cycle.id)
        assert cycle is not None  # noqa: S101  # a deleted cycle takes its job along, so the claim was lost
        db.add(new)
        cycle.state, cycle.finished_at = cycle_move(cycle.state, CycleState.DONE), func.now()
        db.flush()
        if note is not None:
            _add_note(cycle, note)
        now = ProjectSettings.model_validate(project.settings)
        if now.auto_next_cycle and images.pool_size(db, claim.project_id):
            try:
                following = now.resolved_plan()
                learning.add_cycle(work, claim.project_id, now.budget, following, None, settings=now)
            except NoPretextRun as error:  # the plan was changed meanwhile; people must start the run
                _add_note(cycle, Said("next_waits", "The next cycle waits: {reason}", reason=error.message))


def _add_note(cycle: Cycle, note: Said) -> None:
    cycle.note = f"{cycle.note} {note}".strip()
    cycle.said = {**cycle.said, "note": [*cycle.said.get("note", []), note.parts]}


def _mark(claim: Claim, fresh: Predictor, plan: _Plan) -> tuple[Marks, list[float]]:
    """The marks of a fresh model, and its thresholds where images may have several classes."""
    if isinstance(plan.validation, WithSets) and isinstance(plan.test, WithSets):
        return mark_sets(claim, fresh, plan.validation, plan.test)
    assert isinstance(plan.validation, Labelled)  # noqa: S101  # a project is of one kind
    assert isinstance(plan.test, Labelled)  # noqa: S101
    return mark(claim, fresh, plan.validation, plan.test), []


def _read(claim: Claim) -> _Plan:
    with unit_of_work() as work:
        db = work.session
        cycle = learning.cycle_of_job(db, claim.job_id)
        if cycle is None:
            raise NothingToTrain("The cycle of this training is gone.")
        projects.lock_shared(db, claim.project_id)  # no merge between the reading of labels and of classes
        project = db.get_one(Project, claim.project_id)
        classes = projects.classes(db, claim.project_id)
        position = {row.id: place for place, row in enumerate(classes)}
        by_split = _by_split(db, project, position)
        settings = ProjectSettings.model_validate(project.settings)
        run = db.get_one(PretextRun, cycle.pretext_run_id) if cycle.pretext_run_id else None
        models = learning.models(db, claim.project_id)
        unsettled = images.unsettled(db, claim.project_id)
        told = learning.told_by(db, models[-1]) if models else []
        stop_set = images.sample(db, claim.project_id, settings.seed, STOP_SET)
    if not by_split[Split.POOL].shas:
        raise NothingToTrain("There is no label to train on.")
    return _Plan(
        cycle=cycle,
        settings=settings,
        plan=Plan.model_validate(cycle.plan),
        run=run,
        classes=classes,
        pool=by_split[Split.POOL],
        validation=by_split[Split.VALIDATION],
        test=by_split[Split.TEST],
        models=models,
        told=[row.name if row else None for row in told],
        stop_set=stop_set,
        unsettled=unsettled,
    )


def _by_split(
    db: Session, project: Project, position: dict[UUID, int]
) -> Mapping[Split, Labelled | WithSets]:
    """The labelled images of each split."""
    if project.task is ProjectTask.MULTI_LABEL_CLASSIFICATION:
        sets = images.labelled_with_sets(db, project.id, list(Split))
        return {split: _with_sets([row for row in sets if row[3] is split], position) for split in Split}
    rows = images.labelled(db, project.id, list(Split))
    return {split: _labelled([row for row in rows if row[3] is split], position) for split in Split}


def _labelled(rows: list[tuple[UUID, str, UUID, Split]], position: dict[UUID, int]) -> Labelled:
    return Labelled([sha for _, sha, _, _ in rows], [position[class_id] for _, _, class_id, _ in rows])


def _with_sets(rows: list[tuple[UUID, str, list[UUID], Split]], position: dict[UUID, int]) -> WithSets:
    truth = torch.zeros(len(rows), len(position), dtype=torch.bool)
    for place, (_, _, class_ids, _) in enumerate(rows):
        truth[place, [position[class_id] for class_id in class_ids]] = True
    return WithSets([sha for _, sha, _, _ in rows], truth)

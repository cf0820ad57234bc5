"""A label check: which labels are contradicted by models that have not seen them."""

import shutil
from collections import Counter
from dataclasses import dataclass
from uuid import UUID

import structlog
import torch

from app.config import get_settings
from app.db import images, projects, reviews
from app.db.models import LabelCheck, Project
from app.db.session import unit_of_work
from app.domain.enums import Split
from app.domain.errors import NotFound, TooFewLabels
from app.domain.label_check import LEAST_OF_A_CLASS
from app.domain.project_settings import ProjectSettings
from workers.ml.backbones import default_backbone
from workers.ml.cross_fit import cross_fitted_probs
from workers.ml.device import pick_device, tune
from workers.ml.label_errors import suspects
from workers.ml.recipes import task_recipe
from workers.ml.seeds import derived_seed
from workers.ml.trainer import Recipe
from workers.pipelines.claim import Claim
from workers.pipelines.numerics import numerics_of
from workers.pipelines.pixels import cached_images, open_cache

log = structlog.get_logger()


@dataclass(frozen=True)
class _Labelled:
    """What is checked: images, content hashes, and the positions of their classes among `classes`."""

    check: LabelCheck
    settings: ProjectSettings
    classes: list[UUID]
    ids: list[UUID]
    shas: list[str]
    labels: list[int]
    left_out: int


def run(claim: Claim) -> None:
    """Cross-fit, suspect, and list; no label is changed. What is trained is kept, so that a retry goes on."""
    told = _read(claim)
    device = pick_device()
    tune(device)
    size, settings = told.settings.image_size, told.settings
    cached_images(claim.project_id, size, told.shas, claim.stage(0, 0.05))
    cache = open_cache(claim.project_id, size)
    backbone = settings.backbone or default_backbone(size, device.type)

    def recipe(n_labels: int, seed: int) -> Recipe:
        return task_recipe(n_labels, device, settings.task_epochs, seed, flip=settings.flip)

    count = len(told.ids)
    choice = numerics_of(device, backbone, size, recipe(count, 0), count)
    folder = get_settings().data_dir / "label-checks" / str(told.check.id)
    probs = cross_fitted_probs(
        lambda rows: cache.view([told.shas[row] for row in rows]),
        told.labels,
        len(told.classes),
        backbone,
        recipe,
        folds=told.check.folds,
        seed=derived_seed(settings.seed, "label check"),
        device=device,
        balance=settings.balance.value,
        numerics=choice.numerics,
        kept=folder,
        progress=claim.stage(0.05, 0.97),
    )
    found = suspects(probs, told.labels)
    agreement = float((probs.argmax(dim=1) == torch.tensor(told.labels)).double().mean())
    log.info(f"{len(found)} of {len(told.ids)} labels are doubted", agreement=f"{agreement:.3f}")
    with claim.finish({"checked": len(told.ids), "suspected": len(found)}) as work:
        check = work.session.get_one(LabelCheck, told.check.id)
        check.checked, check.left_out, check.agreement = len(told.ids), told.left_out, agreement
        # Labels may have changed meanwhile; and what a reviewer has said is not asked again.
        now = reviews.open_labels(work.session, claim.project_id)
        doubted = [s for s in found if now.get(told.ids[s.row]) == told.classes[told.labels[s.row]]]
        rows: list[dict[str, object]] = [
            {
                "label_check_id": check.id,
                "image_id": told.ids[suspect.row],
                "position": position,
                "class_id": told.classes[told.labels[suspect.row]],
                "suggested_class_id": told.classes[suspect.suggested],
                "score": suspect.score,
                "confidence": suspect.confidence,
            }
            for position, suspect in enumerate(doubted)
        ]
        reviews.add_suspects(work.session, rows)
    shutil.rmtree(folder, ignore_errors=True)


def _read(claim: Claim) -> _Labelled:
    """The labelled images of all splits, but those of classes with too few; raises TooFewLabels, NotFound."""
    with unit_of_work() as work:
        db = work.session
        check = reviews.check_of_job(db, claim.job_id)
        if check is None:
            raise NotFound("The label check of this job is gone.")
        settings = ProjectSettings.model_validate(db.get_one(Project, claim.project_id).settings)
        classes = [row.id for row in projects.classes(db, claim.project_id)]
        rows = images.labelled(db, claim.project_id, list(Split))
    counts = Counter(class_id for _, _, class_id, _ in rows)
    learnable = [class_id for class_id in classes if counts[class_id] >= LEAST_OF_A_CLASS]
    if len(learnable) < 2:
        raise TooFewLabels("The labels became too few while the check waited.")
    position = {class_id: place for place, class_id in enumerate(learnable)}
    kept = [(image, sha, position[class_id]) for image, sha, class_id, _ in rows if class_id in position]
    return _Labelled(
        check=check,
        settings=settings,
        classes=learnable,
        ids=[image for image, _, _ in kept],
        shas=[sha for _, sha, _ in kept],
        labels=[place for _, _, place in kept],
        left_out=len(rows) - len(kept),
    )

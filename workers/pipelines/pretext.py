"""A pretext run: train without labels, rank the pool, cut it (PT4AL, sections 3.1 and 3.2)."""

import structlog
from sqlalchemy import func, select

from app.db import images, rankings
from app.db.models import PretextRun, Project
from app.db.session import unit_of_work
from app.domain.errors import PoolEmpty
from app.domain.project_settings import ProjectSettings
from workers.ml.backbones import default_backbone
from workers.ml.device import pick_device, tune
from workers.ml.passes import Output
from workers.ml.pretext.histogram import loss_histogram
from workers.ml.pretext.registry import PRETEXT_TASKS
from workers.ml.pretext.training import train_pretext
from workers.ml.ranking import pool_batch_boundaries, rank, split_pool
from workers.ml.seeds import derived_seed
from workers.pipelines.claim import Claim
from workers.pipelines.models import checkpoint_of, keep_pretext_model
from workers.pipelines.numerics import numerics_of
from workers.pipelines.pixels import cached_images
from workers.pipelines.pretext_features import keep_features
from workers.pipelines.shards.asked import NetworkKind
from workers.pipelines.shards.scored import Sharded
from workers.pipelines.timings import Timings

log = structlog.get_logger()


def run(claim: Claim) -> None:
    """Train, score and rank the pool as it is now."""
    with unit_of_work() as work:
        db = work.session
        run = db.scalars(select(PretextRun).where(PretextRun.job_id == claim.job_id)).one()
        settings = ProjectSettings.model_validate(db.get_one(Project, claim.project_id).settings)
        pool = [(image_id, sha) for image_id, sha in db.execute(images.pool(claim.project_id))]
    if not pool:
        raise PoolEmpty("The pool has no unlabelled images.")
    device = pick_device()
    tune(device)
    timings = Timings()
    with timings.part("reading pixels"):
        data = cached_images(
            claim.project_id, settings.image_size, [sha for _, sha in pool], claim.stage(0, 0.05)
        )
    task = PRETEXT_TASKS[run.task.value]
    seed = derived_seed(settings.seed, run.seed) % 2**31
    recipe = task.recipe(len(pool), device, run.epochs, seed, flip=settings.flip)
    backbone = settings.backbone or default_backbone(settings.image_size, device.type)
    choice = numerics_of(device, backbone, settings.image_size, recipe, len(pool))
    log.info(f"{run.task} on {len(pool)} images", backbone=backbone, device=device.type, epochs=recipe.epochs)
    with timings.part("training"):
        model, result = train_pretext(
            data,
            run.task.value,
            backbone,
            recipe,
            device,
            checkpoint=checkpoint_of(claim),
            progress=claim.stage(0.05, 0.85),
            numerics=choice.numerics,
        )
    weights = keep_pretext_model(run.task.value, model, {"pixels": settings.image_size})
    shas = [sha for _, sha in pool]
    with timings.part("scores"):
        scored = Sharded(claim, NetworkKind.PRETEXT, weights, shas, claim.stage(0.85, 0.97))
        said = scored.ask([Output.PRETEXT_LOSSES, Output.HALF_FEATURES])
    losses = said[Output.PRETEXT_LOSSES].tolist()
    order = rank(losses, [str(image_id) for image_id, _ in pool], run.order.value, run.seed)
    parts = split_pool(len(pool), run.pool_batches)
    batch_of_rank = [number for number, part in enumerate(parts, start=1) for _ in part]
    scores = [
        rankings.NewScore(pool[row][0], losses[row], place, batch_of_rank[place])
        for place, row in enumerate(order)
    ]
    log.info(
        f"ranked {len(pool)} images into {run.pool_batches} pool batches",
        order=run.order.value,
        hardest=f"{max(losses):.4f}",
        easiest=f"{min(losses):.4f}",
    )
    features_sha256 = keep_features([image_id for image_id, _ in pool], said[Output.HALF_FEATURES])
    with claim.finish({"images": len(pool), "images_per_second": result.images_per_second}) as work:
        row = work.session.get_one(PretextRun, run.id)
        row.image_count, row.weights_sha256, row.finished_at = len(pool), weights, func.now()
        row.features_sha256 = features_sha256
        row.history = {
            "loss": result.history,
            "epochs": recipe.epochs,
            **choice.told(device, result.numerics),
            "histogram": loss_histogram(losses),
        }
        row.lower_bounds = {"bounds": pool_batch_boundaries([losses[r] for r in order], run.pool_batches)}
        rankings.add_scores(work.session, run.id, scores)
    checkpoint_of(claim).unlink(missing_ok=True)

"""Exports of a task model as ONNX."""

from pathlib import Path
from typing import Any
from uuid import UUID

from app import __version__
from app.db.models import Cycle, Export, Model, Project
from app.db.session import unit_of_work
from workers.ml.onnx_files import save_onnx
from workers.ml.said import Said
from workers.pipelines.blob_files import keep_file
from workers.pipelines.claim import Claim
from workers.pipelines.models import stored_model


def export_model(claim: Claim, export_id: UUID, model_id: UUID) -> None:
    """Write the model's file, store it, and end the job."""
    with unit_of_work() as work:
        model = work.session.get_one(Model, model_id)
        project = work.session.get_one(Project, model.project_id)
        cycle = work.session.get_one(Cycle, model.cycle_id)
    claim.progress(0.1, Said("writing_onnx", "writing ONNX"))
    network, meta = stored_model(model.weights_sha256)
    told: dict[str, Any] = {
        "project": project.name,
        "project_id": str(project.id),
        "cycle": cycle.number,
        "model_id": str(model.id),
        "label_count": model.label_count,
        "classes": model.classes,
        "image_size": meta["pixels"],
        "backbone": model.backbone,
        "nextbatch": __version__,
    }
    if network.several:
        told |= {"task": project.task.value, "thresholds": meta["thresholds"]}

    def write(path: Path) -> None:
        save_onnx(path, network, meta["pixels"], told, temperature=meta.get("temperature") or 1.0)

    sha = keep_file(write)
    with claim.finish({}) as work:
        work.session.get_one(Export, export_id).sha256 = sha

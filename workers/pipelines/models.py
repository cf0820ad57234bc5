"""Weights in the blob store, and checkpoints on this machine."""

from pathlib import Path
from typing import Any

from app.config import get_settings
from app.storage.blobs import blob_store
from app.storage.predictions import Predictions
from workers.ml.backbones import Classifier
from workers.ml.model_files import load_model, save_model
from workers.ml.pretext.model_files import load_pretext_model, save_pretext_model
from workers.ml.pretext.task import PretextModel
from workers.pipelines.blob_files import keep_file, stored_file
from workers.pipelines.claim import Claim


def checkpoint_of(claim: Claim) -> Path:
    """Return where a job's training keeps its state between epochs."""
    return get_settings().data_dir / "checkpoints" / f"{claim.job_id}.pt"


def keep_model(model: Classifier, meta: dict[str, Any]) -> str:
    """Store a model's weights; returns their SHA-256."""
    return keep_file(lambda path: save_model(path, model, meta))


def keep_predictions(predictions: Predictions | None) -> str | None:
    """Store what a model took held-out images for; returns the SHA-256, or None if there is nothing."""
    return blob_store().put(predictions.as_bytes()) if predictions else None


def stored_model(sha256: str | None) -> tuple[Classifier, dict[str, Any]]:
    """Return a stored model and its meta; raises FileNotFoundError (pruned, too), ValueError."""
    return stored_file(there(sha256), load_model)


def there(weights_sha256: str | None) -> str:
    """Return the hash of weights that are kept; raises FileNotFoundError if they were pruned."""
    if weights_sha256 is None:
        raise FileNotFoundError("The model's weights were removed to save space.")
    return weights_sha256


def keep_pretext_model(task_name: str, model: PretextModel, meta: dict[str, Any]) -> str:
    """Store a pretext model's weights; returns their SHA-256."""
    return keep_file(lambda path: save_pretext_model(path, task_name, model, meta))


def stored_pretext_model(sha256: str) -> tuple[PretextModel, dict[str, Any]]:
    """Return a stored pretext model and its meta; raises FileNotFoundError, ValueError."""
    return stored_file(sha256, load_pretext_model)

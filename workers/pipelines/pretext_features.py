"""The features that a pretext run gave its images: one file a run, in the blob store."""

from collections.abc import Sequence
from uuid import UUID

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from app.db.models import PretextRun
from workers.ml.passes import Output
from workers.pipelines.blob_files import keep_file, stored_file
from workers.pipelines.claim import Claim, Stage
from workers.pipelines.shards.asked import NetworkKind
from workers.pipelines.shards.scored import Sharded


def keep_features(ids: Sequence[UUID], features: Tensor) -> str:
    """Store the features (N, D) of images; returns the file's SHA-256.

    In half precision: they are compared by distance, where the fourth digit does not matter.
    """
    names = np.frombuffer(b"".join(i.bytes for i in ids), np.uint8).reshape(len(ids), 16)
    tensors = {"ids": torch.from_numpy(names.copy()), "features": features.half().contiguous()}
    return keep_file(lambda path: save_file(tensors, path))


def features_of(
    claim: Claim,
    run: PretextRun,
    images: Sequence[tuple[UUID, str]],
    stage: Stage,
) -> Tensor:
    """The features (N, D) float32 of `images` (id and content hash), in their order.

    Those that the run's file does not hold (newcomers, held-out images) are computed with the run's model.
    """
    if run.weights_sha256 is None or run.features_sha256 is None:
        raise ValueError("The pretext run stored no features; start a new one.")
    stored = stored_file(run.features_sha256, load_file)
    row_of = {UUID(bytes=row.tobytes()): place for place, row in enumerate(stored["ids"].numpy())}
    found = torch.empty(len(images), stored["features"].shape[1])
    present = [place for place, (image, _) in enumerate(images) if image in row_of]
    absent = [place for place, (image, _) in enumerate(images) if image not in row_of]
    found[present] = stored["features"][[row_of[images[place][0]] for place in present]].float()
    if absent:
        shas = [images[place][1] for place in absent]
        scored = Sharded(claim, NetworkKind.PRETEXT, run.weights_sha256, shas, stage)
        found[absent] = scored.ask([Output.FEATURES])[Output.FEATURES]
    return found

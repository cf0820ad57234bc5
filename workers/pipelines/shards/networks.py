"""Forward passes of one shard."""

from functools import lru_cache
from uuid import UUID

from safetensors.torch import load, save
from torch import Tensor

from app.storage.blobs import blob_store
from workers.ml.data import Progress
from workers.ml.device import pick_device
from workers.ml.passes import Network, Output, passes
from workers.ml.pretext.registry import PRETEXT_TASKS
from workers.pipelines.models import stored_model, stored_pretext_model
from workers.pipelines.pixels import cached_images
from workers.pipelines.shards.asked import NetworkKind, Scores


@lru_cache(maxsize=2)
def stored_network(kind: NetworkKind, weights_sha256: str) -> tuple[Network, int]:
    """Return a stored network and the side of the images it takes; raises FileNotFoundError, ValueError."""
    if kind is NetworkKind.TASK:
        model, meta = stored_model(weights_sha256)
        return Network(model), meta["pixels"]
    pretext, meta = stored_pretext_model(weights_sha256)
    return Network(pretext, PRETEXT_TASKS[meta["task"]]), meta["pixels"]


def scores(project_id: UUID, asked: Scores, name: str, progress: Progress) -> bytes:
    """Ask the network; returns a file with a tensor an output, which bears the shard's name."""
    network, size = stored_network(asked.network, asked.weights_sha256)
    data = cached_images(project_id, size, asked.images, progress)
    found = passes(network, data, asked.outputs, pick_device(), progress)
    return save({output.value: of.contiguous() for output, of in found.items()}, {"asked": name})


def scores_in(sha256: str) -> dict[Output, Tensor]:
    """Return what came of a shard; raises FileNotFoundError."""
    return {Output(name): of for name, of in load(blob_store().read(sha256)).items()}

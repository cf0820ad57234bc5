"""A stored network's answers for many images, shared out among all workers that have nothing else to do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from app.config import get_settings
from app.db import shards
from workers.ml.device import pick_device
from workers.ml.passes import Output, passes
from workers.ml.said import Said
from workers.pipelines.claim import Claim, Stage
from workers.pipelines.models import there
from workers.pipelines.pixels import cached_images
from workers.pipelines.shards.asked import NetworkKind, Scores
from workers.pipelines.shards.networks import scores_in, stored_network
from workers.pipelines.shards.of_job import JobShards


@dataclass(frozen=True)
class Sharded:
    """Images by their content hashes, and what a network in the blob store says of them.

    Without a network (`weights_sha256` is None) nothing can be asked.
    No more than a shard has are scored here at once. Of more, this process lays out shards, and does what
    nobody else takes: no other worker needs to be there, and any may go.
    """

    claim: Claim
    kind: NetworkKind
    weights_sha256: str | None
    images: Sequence[str]
    stage: Stage

    def __len__(self) -> int:
        return len(self.images)

    def ask(self, outputs: Iterable[Output]) -> dict[Output, Tensor]:
        """Each output, a row an image, on the CPU. Raises as `do_shard`, FileNotFoundError, and ClaimLost."""
        wanted = list(outputs)
        if len(self.images) > get_settings().shard_images:
            return self._gathered(self.lay_out(wanted))
        network, size = stored_network(self.kind, there(self.weights_sha256))
        data = cached_images(self.claim.project_id, size, self.images, self.stage)
        return passes(network, data, wanted, pick_device(), self.stage)

    def lay_out(self, outputs: list[Output]) -> JobShards:
        """Cut the images into shards for anybody to take. Raises ClaimLost, FileNotFoundError."""
        size = get_settings().shard_images
        parts = [
            Scores(
                network=self.kind,
                weights_sha256=there(self.weights_sha256),
                outputs=outputs,
                images=list(self.images[start : start + size]),
            )
            for start in range(0, len(self.images), size)
        ]
        return JobShards.lay_out(self.claim, parts)

    def _gathered(self, of_job: JobShards) -> dict[Output, Tensor]:
        found: dict[Output, Tensor] = {}
        start = 0
        for sha in of_job.results(self._tell):
            some = scores_in(sha)
            for output, part in some.items():
                if output not in found:
                    found[output] = torch.empty(len(self.images), *part.shape[1:], dtype=part.dtype)
                found[output][start : start + len(part)] = part
            start += len(next(iter(some.values())))
        return found

    def _tell(self, state: shards.State) -> None:
        done = min(len(state.results) * get_settings().shard_images, len(self.images))
        said = Said(
            "scored_by_workers",
            "{done} of {total} images scored; {workers} workers",
            done=done,
            total=len(self.images),
            workers=max(1, len(state.workers)),
        )
        self.stage(done / len(self.images), said)

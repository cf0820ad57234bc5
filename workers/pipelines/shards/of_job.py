"""A job's shards, as the job's own process sees them."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog

from app.config import get_settings
from app.db import shards
from app.db.session import unit_of_work
from app.storage.blobs import blob_store
from app.traces import spans
from workers.pipelines.claim import Claim
from workers.pipelines.shards.asked import Asked, Files, Scores
from workers.pipelines.shards.doing import ShardLost, do_shard
from workers.process_name import process_name

log = structlog.get_logger()
_LOOK_SECONDS = 0.2


@dataclass(frozen=True)
class JobShards:
    """The shards of one piece of a job's work, named by the files in which they say what they ask."""

    claim: Claim
    names: Sequence[str]

    @classmethod
    def lay_out(cls, claim: Claim, parts: Sequence[Scores | Files]) -> "JobShards":
        """Write down what is asked: anybody may take it from now on. Raises ClaimLost."""
        asked = [Asked(job_id=claim.job_id, project_id=claim.project_id, part=part) for part in parts]
        names = [blob_store().put(one.model_dump_json().encode()) for one in asked]
        with claim.step() as work:
            gone = shards.lay_out(work.session, claim.job_id, claim.project_id, names)
        for sha in gone:
            blob_store().delete(sha)
        return cls(claim, names)

    def results(self, tell: Callable[[shards.State], None]) -> Iterator[str]:
        """Yield the file of each shard's results, in their order; meanwhile do what nobody else does.

        `tell` hears how far they are. Raises as `do_shard`.
        """
        silent = timedelta(seconds=get_settings().stale_seconds)
        given = 0
        while True:
            state = self._state()
            tell(state)
            while given < len(self.names) and self.names[given] in state.results:
                yield state.results[self.names[given]]
                given += 1
            if given == len(self.names):
                log.info(f"done in {given} shards", workers=len(state.workers))
                return
            with spans.untraced(), unit_of_work() as work:
                held = shards.take(work.session, self.claim.job_id, process_name(), silent)
            if held is None:
                time.sleep(_LOOK_SECONDS)
                continue
            try:
                do_shard(held, partial(_again, tell, state))
            except ShardLost:
                log.warning("somebody else took a shard that was worked at here")

    def _state(self) -> shards.State:
        with spans.untraced(), unit_of_work() as work:
            return shards.state(work.session, self.claim.job_id, self.names)


def _again(tell: Callable[[shards.State], None], state: shards.State, *_of_this_one: object) -> None:
    """Tell the same again, as a sign of life."""
    tell(state)

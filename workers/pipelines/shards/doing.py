"""One shard, from what it asks for to what comes of it."""

import time
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import OperationalError

from app.config import get_settings
from app.db import shards
from app.db.session import unit_of_work
from app.storage.blobs import blob_store
from app.traces import spans
from workers.ml.data import Progress
from workers.pipelines.shards.asked import Asked, Scores
from workers.pipelines.shards.files import prepared_files
from workers.pipelines.shards.networks import scores

log = structlog.get_logger()


class ShardLost(Exception):
    """Somebody else has the shard now, or nobody wants it any more."""


def do_shard(held: shards.Held, progress: Progress) -> None:
    """Do what a shard asks for, and store what came of it.

    Raises ShardLost, FileNotFoundError if a file is gone that it needs, and what the work raises.
    """
    with spans.span("shard"):
        _do(held, progress)


def _do(held: shards.Held, progress: Progress) -> None:
    store = blob_store()
    asked = Asked.model_validate_json(store.read(held.asked_sha256))
    beating = _Beating(held, progress)
    if isinstance(asked.part, Scores):
        result = scores(asked.project_id, asked.part, held.asked_sha256, beating)
    else:
        result = prepared_files(asked.project_id, asked.part, held.asked_sha256, beating)
    sha256 = store.put(result)
    with unit_of_work() as work:
        if not shards.finish(work.session, held, sha256):
            raise ShardLost


@dataclass
class _Beating:
    """A progress that also says, from time to time, that the shard's holder lives; raises ShardLost."""

    held: shards.Held
    progress: Progress
    _beaten: float = 0.0

    def __post_init__(self) -> None:
        self._beaten = time.monotonic()

    def __call__(self, part: float, message: str) -> None:
        self.progress(part, message)
        if time.monotonic() - self._beaten < get_settings().heartbeat_seconds:
            return
        self._beaten = time.monotonic()
        try:
            with spans.untraced(), unit_of_work() as work:
                mine = shards.beat(work.session, self.held)
        except OperationalError as error:  # the fence tells, once the database is back
            log.warning("a shard's heartbeat failed", error=str(error.orig)[:200])
            return
        if not mine:
            raise ShardLost

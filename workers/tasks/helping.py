"""What a worker does while it has no job: shards of jobs that other workers do.

It looks for them in the database, so that none depends on a message. A job of its own comes first: what is
begun is left to others then. See docs/decisions/0033.
"""

from collections.abc import Collection
from datetime import timedelta
from multiprocessing.connection import Connection
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.config import get_settings
from app.db import shards
from app.db.session import unit_of_work
from app.domain.enums import JobKind
from workers.process_name import process_name
from workers.tasks import runner

log = structlog.get_logger()

MOST_TRIES = 3  # a shard that ends its process so often is left to the job's own
_LOOK_SECONDS = 1.0


def help_others(kinds: Collection[JobKind]) -> None:
    """Until the worker ends, help with jobs of these kinds whenever it has none itself."""
    while not runner.stopping.wait(_LOOK_SECONDS):
        if runner.at_work:
            continue
        try:
            if job_id := _waiting_job(kinds):
                _help(job_id)
        except SQLAlchemyError as error:
            log.warning("helping_failed", error=str(error)[:200])


def _waiting_job(kinds: Collection[JobKind]) -> UUID | None:
    silent = timedelta(seconds=get_settings().stale_seconds)
    with unit_of_work() as work:
        return shards.waiting_job(work.session, kinds, silent, most_tries=MOST_TRIES)


def _help(job_id: UUID) -> None:
    """Let a child do shards of a job until there is none, or this worker has something else to do."""
    name = process_name()
    theirs, ours = runner.context.Pipe(duplex=False)
    process = runner.context.Process(target=_child, args=(job_id, name, theirs), name=f"shards-{job_id}")
    process.start()
    theirs.close()
    try:
        while process.is_alive() and not runner.at_work and not runner.stopping.is_set():
            process.join(_LOOK_SECONDS / 5)
    finally:
        runner.kill(process)
        ours.close()
        with unit_of_work() as work:
            shards.release(work.session, job_id, name)


def _child(job_id: UUID, worker: str, alive: Connection) -> None:
    """Run in the child. Imported there only: the worker itself stays free of torch, and small."""
    from workers.tasks import shard_child  # noqa: PLC0415

    shard_child.main(job_id, worker, alive)

"""The process in which a worker does shards of a job that another worker does."""

import sys
import threading
from datetime import timedelta
from multiprocessing.connection import Connection
from uuid import UUID

import structlog

from app.config import get_settings
from app.db import jobs, shards
from app.db.models import Job
from app.db.session import unit_of_work
from app.logs import note_for_process, set_up_logs
from app.traces import spans
from app.traces.exporting import send_last, set_up_traces
from workers.ml.data import no_progress
from workers.ml.device import pick_device, tune
from workers.pipelines.shards.doing import ShardLost, do_shard
from workers.tasks.child import die_with_worker
from workers.tasks.helping import MOST_TRIES

log = structlog.get_logger()


def main(job_id: UUID, worker: str, alive: Connection) -> None:
    """Do shards until none is left to take, in the trace of their job."""
    set_up_logs()
    threading.Thread(target=die_with_worker, args=(alive,), daemon=True).start()
    set_up_traces("worker")
    tune(pick_device())
    with unit_of_work() as work:
        job = work.session.get(Job, job_id)
    if job is None:
        return
    try:
        with spans.continued(job.params):
            note_for_process(**jobs.ids_of(job), **spans.trace_ids())
            _do_shards(job_id, worker)
    finally:
        send_last()


def _do_shards(job_id: UUID, worker: str) -> None:
    silent = timedelta(seconds=get_settings().stale_seconds)
    while True:
        with unit_of_work() as work:
            held = shards.take(work.session, job_id, worker, silent, most_tries=MOST_TRIES)
        if held is None:
            return
        try:
            do_shard(held, no_progress)
        except ShardLost:
            continue
        except Exception:
            # The job's own process meets the same trouble, if it is one, and tells people of it.
            log.exception("a shard failed", job=str(job_id), shard=held.asked_sha256)
            sys.exit(1)

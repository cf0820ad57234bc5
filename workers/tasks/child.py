"""The process in which one job's pipeline runs: it can be killed, and gives all its memory back."""

import os
import sys
import threading
import time
from multiprocessing.connection import Connection
from uuid import UUID

import structlog

from app.config import get_settings
from app.db import jobs
from app.db.models import Job
from app.db.session import unit_of_work
from app.domain.enums import JobStatus
from app.domain.errors import DomainError
from app.domain.said import sentence
from app.logs import note_for_process
from app.traces import spans
from app.traces.exporting import send_last, set_up_traces
from workers.ml.ranks import RankDied
from workers.pipelines.claim import Claim, ClaimLost
from workers.process_name import process_name
from workers.tasks.endings import fail
from workers.tasks.job_log import job_log
from workers.tasks.passing import may_pass, pause
from workers.tasks.registry import PIPELINES

log = structlog.get_logger()


def main(job_id: UUID, fence: int, alive: Connection, trace: dict[str, str]) -> None:
    """Run the claimed job in the worker's trace; its end, good or bad, is written to its row."""
    threading.Thread(target=die_with_worker, args=(alive,), daemon=True).start()
    set_up_traces("worker")
    try:
        with spans.continued(trace):
            claim = _claim(job_id, fence)
            if claim is not None:
                with job_log(job_id):
                    _work(claim)
    finally:
        send_last()


def _work(claim: Claim) -> None:
    log.info(f"{claim.kind} begins", job=claim.job_id, worker=process_name())
    begun = time.monotonic()
    try:
        with spans.span(claim.kind.value):
            PIPELINES[claim.kind](claim)
        log.info(f"done after {time.monotonic() - begun:.1f} s")
    except ClaimLost:
        log.warning("the claim is lost, somebody else has the job", fence=claim.fence)
    except RankDied as error:
        # As if this process had been killed: the attempt is over, the next goes on from the checkpoint.
        log.warning("a rank died", reason=str(error)[:500])
        sys.exit(1)
    except DomainError as error:
        if _tried_again(claim, error):
            return
        log.error(error.message, code=error.code)
        fail(claim.job_id, claim.fence, sentence(error.code, error.message))
    except Exception as error:
        if _tried_again(claim, error):
            return
        reason = _reason(error)
        # Whatever a pipeline raises belongs into the job's row, where people can see it.
        log.exception("the job failed")
        fail(claim.job_id, claim.fence, sentence("unexpected", reason, reason=reason))


def _tried_again(claim: Claim, error: Exception) -> bool:
    """Put the job back for later, if its trouble may pass and it has attempts left; tell whether it was."""
    if not may_pass(error) or claim.attempts >= get_settings().job_attempts:
        return False
    log.warning("the job is tried again later", attempt=claim.attempts, reason=_reason(error))
    with unit_of_work() as work:  # if this fails, too, the worker or the sweep sees to it
        jobs.requeue(work.session, claim.job_id, claim.fence, counts=True, after=pause(claim.attempts))
    return True


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:2000]


def _claim(job_id: UUID, fence: int) -> Claim | None:
    with unit_of_work() as work:
        job = work.session.get(Job, job_id)
        if job is None or job.fence != fence or job.status is not JobStatus.RUNNING:
            return None
        note_for_process(**jobs.ids_of(job), **spans.trace_ids())
        return Claim(job.id, fence, job.kind, job.project_id, job.params, job.checkpoint, job.attempts)


def die_with_worker(alive: Connection) -> None:
    """End this process when the worker that watches it is gone, however it went."""
    try:
        alive.recv_bytes()
    except (EOFError, OSError):
        os._exit(1)

"""Claims a job, runs it in a child process, and watches over it: heartbeat, cancellation, death."""

import multiprocessing
import multiprocessing.forkserver
import threading
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from uuid import UUID

import structlog
from opentelemetry.trace import SpanKind
from sqlalchemy.exc import OperationalError

from app.config import get_settings
from app.db import job_lines, jobs
from app.db.models import Job
from app.db.session import unit_of_work
from app.domain.enums import JobStatus, LogLevel
from app.domain.said import CANCELLED, sentence
from app.logs import ids
from app.traces import spans
from workers.tasks.endings import fail

log = structlog.get_logger()
stopping = threading.Event()  # set when the worker is told to end
at_work: set[UUID] = set()  # the jobs that this worker does

_LOOK_SECONDS = 0.2
_LAST_WORDS_SECONDS = 5.0
# Children are forked from a small server that has imported torch already, and has no threads.
context = multiprocessing.get_context("forkserver")
context.set_forkserver_preload(["workers.tasks.child", "workers.tasks.shard_child"])


@dataclass(frozen=True)
class _Claimed:
    job_id: UUID
    fence: int


def get_ready() -> None:
    """Start the server of children now, so that the first job need not wait until it has imported torch."""
    multiprocessing.forkserver.ensure_running()


def run_job(job_id: UUID) -> None:
    """Do a job unless somebody else has it; running this twice changes nothing."""
    if stopping.is_set():
        return  # the sweep gives the job to another worker
    with unit_of_work() as work:
        job = jobs.claim(work.session, job_id)
        claimed = _Claimed(job.id, job.fence) if job else None
    if job and claimed:
        at_work.add(job_id)
        try:
            with spans.continued(job.params), spans.span(f"job {job.kind.value}", SpanKind.CONSUMER):
                _speak_and_watch(job, claimed)
        finally:
            at_work.discard(job_id)


def _speak_and_watch(job: Job, claimed: _Claimed) -> None:
    known = jobs.ids_of(job)
    spans.tell(known)
    spoken = ids.set(known | spans.trace_ids())
    try:
        _watch(claimed)
    finally:
        ids.reset(spoken)


def _child(job_id: UUID, fence: int, alive: Connection, trace: dict[str, str]) -> None:
    """Run in the child. Imported there only: the worker itself stays free of torch, and small."""
    from workers.tasks import child  # noqa: PLC0415

    child.main(job_id, fence, alive, trace)


def _watch(claimed: _Claimed) -> None:
    theirs, ours = context.Pipe(duplex=False)
    process = context.Process(
        target=_child,
        args=(claimed.job_id, claimed.fence, theirs, spans.carried()),
        name=f"job-{claimed.job_id}",
    )
    process.start()
    theirs.close()
    try:
        reason = _wait(process, claimed)
    finally:
        kill(process)
        ours.close()
    if reason is not None:
        _give_up(claimed, reason)


def _wait(process: ForkServerProcess, claimed: _Claimed) -> str | None:
    """Wait for the child's end; returns why the job is not done, or None if the child said all itself."""
    beaten = time.monotonic()
    while process.is_alive():
        process.join(_LOOK_SECONDS)
        if stopping.is_set():
            return "stopped"
        if time.monotonic() - beaten < min(1.0, get_settings().heartbeat_seconds):
            continue
        beaten = time.monotonic()
        try:
            with spans.untraced(), unit_of_work() as work:
                cancel = jobs.beat(work.session, claimed.job_id, claimed.fence)
        except OperationalError as error:
            # While the database is away nobody else can take the job; afterwards the fence tells who has it.
            log.warning("heartbeat_failed", job=str(claimed.job_id), error=str(error.orig)[:200])
            continue
        if cancel is None:
            # Ended, or somebody else's by now. A child that has just ended its job still sends the messages
            # of the jobs that follow: killed meanwhile, they would wait for the sweep.
            process.join(_LAST_WORDS_SECONDS)
            return None
        if cancel:
            return "cancelled"
    return None if process.exitcode == 0 else f"died with exit code {process.exitcode}"


def kill(process: ForkServerProcess) -> None:
    """End a child at once, if it has not ended."""
    if process.is_alive():
        process.kill()
    process.join()


def _give_up(claimed: _Claimed, reason: str) -> None:
    if reason == "cancelled":
        _note(claimed, LogLevel.WARNING, "The job was cancelled.")
        fail(claimed.job_id, claimed.fence, CANCELLED, JobStatus.CANCELLED)
    elif reason == "stopped":
        _note(claimed, LogLevel.WARNING, "The worker was told to end; the job waits for another one.")
        with unit_of_work() as work:
            jobs.requeue(work.session, claimed.job_id, claimed.fence, counts=False)
    else:
        log.warning("child_died", job=str(claimed.job_id), reason=reason)
        with unit_of_work() as work:
            job = work.session.get(Job, claimed.job_id)
            attempts = job.attempts if job else 0
        _note(claimed, LogLevel.ERROR, f"The process of the job {reason}, in attempt {attempts}.")
        if attempts >= get_settings().job_attempts:
            text = f"The process of the job {reason}, {attempts} times."
            fail(claimed.job_id, claimed.fence, sentence("process_died", text, count=attempts))
        else:
            with unit_of_work() as work:
                jobs.requeue(work.session, claimed.job_id, claimed.fence, counts=True)


def _note(claimed: _Claimed, level: LogLevel, text: str) -> None:
    """Add to the job's log what its process cannot say any more."""
    with unit_of_work() as work:
        if work.session.get(Job, claimed.job_id):  # else its project was deleted
            job_lines.add(work.session, claimed.job_id, job_lines.lines_of(level, text))

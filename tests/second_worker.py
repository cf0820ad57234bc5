"""Another worker beside the service's own, as on another machine."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import psutil
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from app.db import jobs, shards
from app.db.models import Job, JobShard
from app.db.session import unit_of_work
from app.domain.enums import JobKind, JobStatus
from tests.stack import Stack
from workers.pipelines.claim import Claim


@pytest.fixture
def alone(stack: Stack) -> Iterator[None]:
    """The service's own worker stands still, so that it helps nobody."""
    worker = psutil.Process(stack.supervisor.process("worker").pid)
    worker.suspend()
    while _holds_locks():  # in the middle of something, which would wait for it for ever
        worker.resume()
        time.sleep(0.2)
        worker.suspend()
    yield
    worker.resume()


def _holds_locks() -> bool:
    time.sleep(0.1)  # what was under way has arrived
    with unit_of_work() as work:
        held = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
        return bool(work.session.scalar(text(held)))


@pytest.fixture
def second_worker(stack: Stack, alone: None, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another worker, as on another machine: only the database, the broker and the blob store are shared."""
    environment = os.environ | {
        "NEXTBATCH_DATA_DIR": str(tmp_path / "elsewhere"),
        "NEXTBATCH_BLOB_STORE": str(stack.data_dir / "blobs"),
    }
    command = [sys.executable, "-m", "celery", "-A", "workers.celery_app", "worker"]
    arguments = ["-Q", "gpu,cpu", "-c", "1", "-n", "second@%h"]
    with subprocess.Popen([*command, *arguments], env=environment) as process:
        yield process
        process.terminate()


def until(holds: Callable[[], object], seconds: float = 180) -> None:
    end_of_waiting = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end_of_waiting, "it never came true"
        time.sleep(0.1)


def claimed(project_id: str, kind: JobKind, **params: object) -> Claim:
    """A running job of this process, which is said to live as long as it runs."""
    with unit_of_work() as work:
        job = Job(
            project_id=UUID(project_id), kind=kind, status=JobStatus.RUNNING, fence=1, params=dict(params)
        )
        job.sent_at = func.now()
        work.session.add(job)
    threading.Thread(target=_beat, args=(job.id,), daemon=True).start()
    return Claim(job.id, 1, kind, job.project_id, job.params)


def _beat(job_id: UUID) -> None:
    """Do what a worker does for the processes of its jobs."""
    cancel: bool | None = False
    with suppress(SQLAlchemyError):  # the service ends before the job does
        while cancel is False:
            with unit_of_work() as work:
                cancel = jobs.beat(work.session, job_id, 1)
            time.sleep(0.5)


def until_another_has_done_one(held: shards.Held) -> None:
    """Wait for another shard of the job, and keep this one meanwhile."""

    def done() -> bool:
        with unit_of_work() as work:
            shards.beat(work.session, held)
            query = select(JobShard).where(JobShard.job_id == held.job_id, JobShard.done).limit(1)
            return work.session.scalar(query) is not None

    until(done)

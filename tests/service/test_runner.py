"""What the watcher of a job's process does, and lets it do."""

import subprocess
import time
from multiprocessing.connection import Connection
from uuid import UUID

import psutil
import pytest
from sqlalchemy import func

from app.db import jobs
from app.db.models import Job
from app.db.session import unit_of_work
from app.domain.enums import JobKind, JobStatus
from tests.second_worker import alone, second_worker, until
from tests.stack import MakeProject
from workers.tasks import runner

__all__ = ["alone", "second_worker"]
FENCE = 1


def test_a_worker_has_its_server_of_children_before_its_first_job(
    second_worker: subprocess.Popen[bytes],
) -> None:
    worker = psutil.Process(second_worker.pid)
    until(lambda: any("forkserver" in " ".join(child.cmdline()) for child in worker.children()))


def end_then_speak(job_id: UUID, fence: int, _: Connection, __: dict[str, str]) -> None:
    """A job's process that says something after its last transaction, as one that sends messages does."""
    with unit_of_work() as work:
        jobs.finish(work.session, job_id, fence, JobStatus.SUCCEEDED, result={})
    time.sleep(2.5)  # longer than the watcher goes without a look at the job
    with unit_of_work() as work:
        work.session.get_one(Job, job_id).message = "spoken"


def test_a_process_that_has_ended_its_job_may_still_send_messages(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project()
    # The server that forks children imports torch first: for so long no worker should seem dead to the sweep.
    first = runner.context.Process(target=bool)
    first.start()
    first.join()
    with unit_of_work() as work:
        row = Job(
            project_id=UUID(project.id),
            kind=JobKind.EXPORT,
            status=JobStatus.RUNNING,
            fence=FENCE,
            heartbeat_at=func.now(),
            sent_at=func.now(),
        )
        work.session.add(row)
    monkeypatch.setattr(runner, "_child", end_then_speak)
    runner._watch(runner._Claimed(row.id, FENCE))
    with unit_of_work() as work:
        assert work.session.get_one(Job, row.id).message == "spoken"

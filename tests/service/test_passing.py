"""Troubles that pass: the job waits a while, and is tried again; what would fail again fails at once."""

import errno
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func
from sqlalchemy.exc import OperationalError

from app.config import get_settings
from app.db import jobs
from app.db.models import Job
from app.db.session import unit_of_work
from app.domain.enums import JobKind, JobStatus
from app.domain.errors import SourceUnreachable
from tests.stack import MakeProject, Project
from workers.pipelines.claim import Claim
from workers.tasks import child
from workers.tasks.passing import may_pass, pause
from workers.tasks.registry import PIPELINES

FENCE = 3
FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    "error",
    [
        *(FULL, OperationalError("SELECT 1", {}, Exception("gone")), ConnectionResetError(), TimeoutError()),
        SourceUnreachable("The bucket does not answer."),
    ],
)
def test_these_may_pass(error: Exception) -> None:
    assert may_pass(error)


@pytest.mark.parametrize(
    "error",
    [ValueError("no number"), FileNotFoundError(errno.ENOENT, "weights"), PermissionError(errno.EACCES, "x")],
)
def test_these_would_fail_again(error: Exception) -> None:
    assert not may_pass(error)


def test_each_pause_is_twice_the_last_one_up_to_a_limit() -> None:
    stale = timedelta(seconds=get_settings().stale_seconds)
    assert [pause(attempt) / stale for attempt in range(1, 6)] == [1, 2, 4, 4, 4]


def job_that_meets(error: Exception, project: Project, attempts: int, monkeypatch: pytest.MonkeyPatch) -> Job:
    """A running job whose pipeline raises; as it is afterwards. No worker knows of it."""

    def pipeline(_: Claim) -> None:
        raise error

    with unit_of_work() as work:
        row = Job(
            project_id=UUID(project.id),
            kind=JobKind.EXPORT,
            status=JobStatus.RUNNING,
            fence=FENCE,
            attempts=attempts,
            heartbeat_at=func.now() + timedelta(hours=1),
            sent_at=func.now(),
        )
        work.session.add(row)
        work.session.flush()
        claim = Claim(row.id, FENCE, row.kind, row.project_id, {}, attempts=attempts)
    monkeypatch.setitem(PIPELINES, JobKind.EXPORT, pipeline)
    child._work(claim)
    with unit_of_work() as work:
        return work.session.get_one(Job, row.id)


def test_a_full_disk_queues_the_job_again_and_its_message_comes_later(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEXTBATCH_STALE_SECONDS", "600")
    get_settings.cache_clear()
    try:
        found = job_that_meets(FULL, make_project(), 1, monkeypatch)
        with unit_of_work() as work:
            lost = jobs.lost_messages(work.session, timedelta(seconds=600))
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()
    assert (found.status, found.error) == (JobStatus.QUEUED, None)
    assert found.id not in [job.id for job in lost]


def test_after_the_last_attempt_the_job_fails_with_the_reason(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = job_that_meets(FULL, make_project(), get_settings().job_attempts, monkeypatch)
    assert found.status is JobStatus.FAILED
    assert "No space left on device" in str(found.error)


def test_what_would_fail_again_fails_at_once(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = job_that_meets(ValueError("no number"), make_project(), 1, monkeypatch)
    assert found.status is JobStatus.FAILED

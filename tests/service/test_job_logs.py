"""What jobs say of their work is kept, bounded, and outlives their process."""

import os
import signal
from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.db import job_lines
from app.db.job_lines import MOST_BYTES, MOST_LINES, Line
from app.db.models import Job
from app.db.session import unit_of_work
from app.domain.enums import JobKind, JobStatus, LogLevel
from tests.service.test_jobs import job, restart_worker, start_run, wait_until
from tests.stack import MakeProject, Project, Stack


def log_of(project: Project, job_id: str, after: int = 0) -> list[dict[str, object]]:
    found: list[dict[str, object]] = project.client.call("GET", f"/jobs/{job_id}/log?after={after}")["items"]
    return found


def texts(project: Project, job_id: str) -> str:
    return "\n".join(str(line["text"]) for line in log_of(project, job_id))


def lone_job(project: Project, status: JobStatus) -> UUID:
    with unit_of_work() as work:
        row = Job(project_id=UUID(project.id), kind=JobKind.EXPORT, status=status)
        work.session.add(row)
        work.session.flush()
        return row.id


def write(job_id: UUID, *lines: str) -> None:
    with unit_of_work() as work:
        said = [Line(datetime.now(UTC), LogLevel.INFO, line) for line in lines]
        job_lines.add(work.session, job_id, said)


@pytest.fixture
def project(make_project: MakeProject) -> Project:
    return make_project()


def test_a_loop_tells_epochs_what_was_picked_and_how_long_steps_took(make_project: MakeProject) -> None:
    project = make_project(pool=12, test=6)
    project.rank(pool_batches=2)
    project.start_cycle(budget=4)
    by_kind = {
        entry["kind"]: entry for entry in project.client.call("GET", f"/projects/{project.id}/jobs")["items"]
    }
    ranked = texts(project, by_kind["pretext"]["id"])
    assert "epoch 1 of 1: loss " in ranked
    assert "training took " in ranked
    assert "ranked 12 images into 2 pool batches" in ranked
    assert "picked 4 of 6 images rule=uniform pool_batch=1" in texts(project, by_kind["query"]["id"])
    assert by_kind["query"]["asked_by"] == "Someone"


def test_a_process_killed_in_mid_training_leaves_what_it_said(
    stack: Stack, make_project: MakeProject
) -> None:
    project = make_project(pool=300)
    _, job_id = start_run(project, epochs=300)
    wait_until(lambda: "epoch 2 of 300" in texts(project, job_id))
    worker = stack.supervisor.process("worker")
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    assert "epoch 2 of 300" in texts(project, job_id)
    project.client.call("POST", f"/jobs/{job_id}/cancellation")
    restart_worker(stack)
    wait_until(lambda: job(project, job_id)["status"] == "cancelled")


def test_what_came_after_a_line_is_told_alone(project: Project) -> None:
    job_id = lone_job(project, JobStatus.FAILED)
    write(job_id, "one", "two")
    first = log_of(project, str(job_id))
    write(job_id, "three")
    fresh = log_of(project, str(job_id), after=int(str(first[-1]["number"])))
    assert [line["text"] for line in fresh] == ["three"]


def test_the_last_lines_are_kept_and_cut(project: Project) -> None:
    job_id = lone_job(project, JobStatus.FAILED)
    write(job_id, "the first")
    write(job_id, *("x" * (MOST_BYTES + 1) for _ in range(MOST_LINES)))
    write(job_id, "the \0 last")
    with unit_of_work() as work:
        kept = job_lines.after(work.session, job_id, 0, MOST_LINES + 1)
    assert len(kept) == MOST_LINES
    assert kept[0].text == "x" * MOST_BYTES + " …"
    assert kept[-1].text == "the  last"


def test_an_error_that_nobody_foresaw_leaves_its_traceback(project: Project) -> None:
    job_id = str(lone_job(project, JobStatus.QUEUED))  # an export that knows of no file to write
    wait_until(lambda: job(project, job_id)["status"] == "failed")
    wait_until(lambda: "NoResultFound" in texts(project, job_id))
    lines = log_of(project, job_id)
    assert {line["level"] for line in lines if "Traceback" in str(line["text"])} == {"error"}
    assert any("workers/pipelines/export.py" in str(line["text"]) for line in lines)

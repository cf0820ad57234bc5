"""Jobs outlive workers and brokers."""

import os
import signal
import time
from collections.abc import Callable
from uuid import UUID

import httpx
from redis import Redis
from sqlalchemy import update

from app.db.models import Job, PretextRun
from app.db.session import unit_of_work
from app.domain.enums import JobStatus
from tests.stack import MakeProject, Project, Stack, quiet

EPOCHS = 6


def wait_until(what: Callable[[], bool]) -> None:
    """Wait for something that must happen; pytest's timeout is the limit."""
    while not what():
        time.sleep(0.05)


def job(project: Project, job_id: str) -> dict[str, object]:
    found: dict[str, object] = project.client.call("GET", f"/jobs/{job_id}")
    return found


def start_run(project: Project, epochs: int = EPOCHS) -> tuple[str, str]:
    body = {"task": "rotation", "pool_batches": 2, "epochs": epochs}
    run = project.client.call("POST", f"/projects/{project.id}/pretext-runs", json=body)
    return run["pretext_run"]["id"], run["job"]["id"]


def scores(project: Project, run: str) -> list[tuple[str, float]]:
    """Losses by content, hardest first."""
    sha = {
        image["id"]: image["sha256"]
        for image in project.client.call("GET", f"/projects/{project.id}/images?limit=1000")["items"]
    }
    items = project.client.call("GET", f"/pretext-runs/{run}/scores?limit=1000")["items"]
    return [(sha[item["image_id"]], item["loss"]) for item in items]


def restart_worker(stack: Stack) -> None:
    stack.supervisor.start("worker")


def test_a_worker_killed_in_mid_training_finishes_after_restart_with_the_same_ranking(
    stack: Stack, make_project: MakeProject
) -> None:
    project = make_project(pool=400)
    undisturbed, first = start_run(project)
    project.client.wait_for_job(first, quiet)
    disturbed, second = start_run(project)
    # The training is 5..85 % of the job; beyond 30 % a checkpoint of an epoch is behind it.
    wait_until(lambda: float(str(job(project, second)["progress"])) > 0.3)
    worker = stack.supervisor.process("worker")
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    assert job(project, second)["status"] == "running"
    assert list((stack.data_dir / "checkpoints").glob(f"{second}*"))
    restart_worker(stack)
    done = project.client.wait_for_job(second, quiet)
    assert int(str(done["attempts"])) >= 2  # a busy machine may count a slow start as a dead one
    assert scores(project, disturbed) == scores(project, undisturbed)


def test_an_emptied_broker_loses_no_job(stack: Stack, make_project: MakeProject) -> None:
    project = make_project(pool=6)
    worker = stack.supervisor.process("worker")
    worker.terminate()
    worker.wait()
    exports = [
        project.client.call("POST", f"/projects/{project.id}/exports", json={"format": "csv"})["job"]["id"]
        for _ in range(3)
    ]
    with Redis.from_url(stack.redis_url) as broker:
        assert broker.llen("cpu") >= 3
        broker.flushall()
    restart_worker(stack)
    for export in exports:
        assert project.client.wait_for_job(export, quiet)["status"] == "succeeded"


def test_a_running_job_can_be_cancelled_and_taken_up_again(make_project: MakeProject) -> None:
    project = make_project(pool=300)
    _, job_id = start_run(project, epochs=200)
    wait_until(lambda: job(project, job_id)["status"] == "running")
    project.client.call("POST", f"/jobs/{job_id}/cancellation")
    wait_until(lambda: job(project, job_id)["status"] == "cancelled")
    with unit_of_work() as work:  # the rest in one epoch: only that it goes on is the question
        work.session.execute(update(PretextRun).where(PretextRun.job_id == UUID(job_id)).values(epochs=1))
    project.client.call("POST", f"/jobs/{job_id}/retry")
    assert project.client.wait_for_job(job_id, quiet)["status"] == "succeeded"


def test_an_ended_job_cannot_be_retried(make_project: MakeProject) -> None:
    project = make_project(pool=3)
    export = project.client.call("POST", f"/projects/{project.id}/exports", json={})
    project.wait(export)
    answer: httpx.Response = project.client.request("POST", f"/jobs/{export['job']['id']}/retry")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "illegal_move")


def test_a_failed_query_fails_its_cycle_and_a_retry_brings_it_back(
    stack: Stack, make_project: MakeProject
) -> None:
    project = make_project(pool=6)
    project.rank(pool_batches=1)
    worker = stack.supervisor.process("worker")
    worker.terminate()
    worker.wait()
    started = project.client.call("POST", f"/projects/{project.id}/cycles", json={"budget": 2})
    cycle, query = started["cycle"]["id"], started["job"]["id"]
    project.client.call("POST", f"/jobs/{query}/cancellation")
    failed = project.client.call("GET", f"/cycles/{cycle}")
    assert (failed["state"], failed["failed_in"], failed["failure"]) == (
        "failed", "querying", "The job was cancelled.",
    )  # fmt: skip
    project.client.call("POST", f"/jobs/{query}/retry")
    restart_worker(stack)
    project.client.wait_for_job(query, quiet)
    again = project.client.call("GET", f"/cycles/{cycle}")
    assert (again["state"], again["failed_in"], again["failure"]) == ("labelling", None, None)


def test_a_job_whose_process_dies_each_time_fails_with_the_reason(
    stack: Stack, make_project: MakeProject
) -> None:
    project = make_project(pool=200)
    _, job_id = start_run(project, epochs=500)
    wait_until(lambda: job(project, job_id)["status"] == "running")
    with unit_of_work() as work:  # as if it were the last attempt
        work.session.execute(update(Job).where(Job.id == UUID(job_id)).values(attempts=5))
    (child,) = stack.children_of_jobs()
    os.kill(child, signal.SIGKILL)
    wait_until(lambda: job(project, job_id)["status"] == JobStatus.FAILED.value)
    assert "died with exit code -9, 5 times" in str(job(project, job_id)["error"])

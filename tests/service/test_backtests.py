"""Backtests of a project's own labels."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from app.db.models import Backtest, Job
from app.db.session import unit_of_work
from app.domain.enums import JobKind, JobStatus
from tests.digits import digits, zip_of
from tests.service.test_jobs import wait_until
from tests.service.test_loop import refused
from tests.stack import MakeProject, Project, Stack, quiet

SMALL: dict[str, Any] = {
    "plans": ["pt4al", "random"],
    "budget": 5,
    "cycles": 2,
    "seeds": 2,
    "pretext_training": {"epochs": 1},
}


def labelled(make_project: MakeProject, folder: Path, count: int) -> Project:
    project = make_project(test=20)
    path = zip_of(folder / "labelled.zip", digits()[20 : 20 + count])
    project.client.wait_for_job(project.client.upload(project.id, path, "use"), quiet)
    return project


def test_labels_are_replayed_and_the_report_can_be_read(make_project: MakeProject, tmp_path: Path) -> None:
    project = labelled(make_project, tmp_path, 40)
    call = project.client.call
    asked = call("POST", f"/projects/{project.id}/backtests", json=SMALL)
    assert asked["backtest"]["summary"] is None
    early = project.client.request("GET", f"/backtests/{asked['backtest']['id']}/report")
    assert refused(early) == (409, "backtest_not_ready")
    project.wait(asked)

    (found,) = call("GET", f"/projects/{project.id}/backtests")["items"]
    assert {area["plan"] for area in found["summary"]["areas"]} == {"pt4al", "random"}
    report = call("GET", f"/backtests/{found['id']}/report?format=json")
    assert (report["data"]["test"], report["data"]["pool"] + report["data"]["validation"]) == (20, 40)
    page = project.client.request("GET", f"/backtests/{found['id']}/report")
    assert page.headers["content-type"].startswith("text/html")
    assert "sandbox" in page.headers["content-security-policy"]


def test_a_backtest_balances_as_its_project_does_unless_told(
    make_project: MakeProject, tmp_path: Path
) -> None:
    project = labelled(make_project, tmp_path, 40)
    call = project.client.call
    settings = call("GET", f"/projects/{project.id}")["settings"] | {"balance": "sampling"}
    call("PATCH", f"/projects/{project.id}", json={"settings": settings})
    small = SMALL | {"plans": ["random"], "seeds": 1, "ceiling": False, "diagnostics": False}
    for told, wanted in ((None, "sampling"), ("none", "none")):
        asked = call("POST", f"/projects/{project.id}/backtests", json=small | {"balance": told})
        assert asked["backtest"]["config"]["balance"] == wanted
        call("POST", f"/jobs/{asked['job']['id']}/cancellation")


def test_too_few_labels_are_refused(make_project: MakeProject) -> None:
    project = make_project(pool=10, test=4)
    answer = project.client.request("POST", f"/projects/{project.id}/backtests", json=SMALL)
    assert refused(answer) == (409, "too_few_labels")


def test_what_a_backtest_trained_is_kept_while_a_retry_may_need_it(
    stack: Stack, make_project: MakeProject
) -> None:
    project = make_project(pool=3)
    now = datetime.now(UTC)
    ends = {
        "running": (JobStatus.RUNNING, None),
        "failed today": (JobStatus.FAILED, now),
        "cancelled today": (JobStatus.CANCELLED, now),
        "failed before": (JobStatus.FAILED, now - timedelta(days=8)),
        "done": (JobStatus.SUCCEEDED, now),
    }
    folders = {"deleted": stack.data_dir / "backtests" / str(uuid4())}
    with unit_of_work() as work:
        for name, (status, ended) in ends.items():
            job = Job(
                project_id=UUID(project.id),
                kind=JobKind.BACKTEST,
                status=status,
                finished_at=ended,
                heartbeat_at=now,
            )
            work.session.add(job)
            work.session.flush()
            backtest = Backtest(project_id=UUID(project.id), job_id=job.id)
            work.session.add(backtest)
            work.session.flush()
            folders[name] = stack.data_dir / "backtests" / str(backtest.id)
    for folder in folders.values():
        (folder / "trainings").mkdir(parents=True)
    gone = ("deleted", "done", "failed before")
    wait_until(lambda: not any(folders[name].exists() for name in gone))
    assert all(folder.exists() for name, folder in folders.items() if name not in gone)


def test_an_unknown_plan_is_refused(make_project: MakeProject, tmp_path: Path) -> None:
    project = labelled(make_project, tmp_path, 40)
    body = SMALL | {"plans": ["nonsense"]}
    answer = project.client.request("POST", f"/projects/{project.id}/backtests", json=body)
    assert refused(answer) == (422, "unknown_plan")

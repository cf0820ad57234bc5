"""What is old and no longer needed goes, by itself or with `nextbatch prune`; what a project needs stays."""

import os
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text, update

from app.config import get_settings
from app.db import job_lines, partitions
from app.db.models import Cycle, Export, Job, JobLine, Map, Model, PretextRun, Session, Token
from app.db.session import unit_of_work
from app.domain import enums
from app.domain.enums import CycleState, JobKind, JobStatus, LogLevel
from app.domain.plans import plan_named
from app.services import pruning
from app.services.pruning import Ages
from app.storage.blobs import blob_store
from tests.service.test_deletion import refusal
from tests.stack import MakeProject, Person, Project, Stack
from workers.tasks.retention import forget_now

NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(days=4000)
# Nothing but what a test names is as old as this, whatever other tests left in the same database.
OLD = Ages(jobs=3000, exports=3000, maps=3000, label_checks=3000, grace_hours=24)


def add(row: Any) -> Any:
    with unit_of_work() as work:
        work.session.add(row)
        work.session.flush()
        work.session.refresh(row)
    return row


def old_job(project: Project, kind: JobKind, status: JobStatus = JobStatus.SUCCEEDED) -> UUID:
    job = Job(project_id=UUID(project.id), kind=kind, status=status, finished_at=LONG_AGO)
    return UUID(str(add(job).id))


def there(table: type[Any], key: UUID) -> bool:
    with unit_of_work() as work:
        return work.session.get(table, key) is not None


def aged(data: bytes) -> str:
    """Store a file, as if it had been there for long."""
    sha = blob_store().put(data)
    path = blob_store().local_path(sha)
    assert path
    os.utime(path, (time.time() - 90_000,) * 2)
    return sha


def run_of(project: Project, job: UUID, **more: Any) -> PretextRun:
    task = enums.PretextTaskName.ROTATION
    told: PretextRun = add(
        PretextRun(project_id=UUID(project.id), job_id=job, task=task, pool_batches=1, seed=0, **more)
    )
    return told


def cycle_of(project: Project, number: int, state: CycleState = CycleState.DONE, **more: Any) -> Cycle:
    plan = plan_named("random").model_dump(mode="json")
    told: Cycle = add(
        Cycle(project_id=UUID(project.id), number=number, budget=1, plan=plan, state=state, **more)
    )
    return told


def model_of(project: Project, cycle: Cycle, weights: str) -> UUID:
    model = Model(
        project_id=UUID(project.id), cycle_id=cycle.id, backbone="small_cnn", label_count=1, classes=[],
        metrics={}, weights_sha256=weights,
    )  # fmt: skip
    return UUID(str(add(model).id))


def test_an_old_export_goes_with_its_file_and_a_young_one_stays(make_project: MakeProject) -> None:
    project = make_project()
    old, young = aged(uuid4().bytes), aged(uuid4().bytes)
    rows = {}
    for sha, job in (
        (old, old_job(project, JobKind.EXPORT)),
        (young, add(Job(project_id=UUID(project.id), kind=JobKind.EXPORT, status=JobStatus.SUCCEEDED)).id),
    ):
        export = Export(project_id=UUID(project.id), job_id=job, format=enums.ExportFormat.CSV, sha256=sha)
        rows[sha] = add(export).id
    pruning.remove(OLD)
    pruning.unused_files(OLD, really=True)
    assert [(there(Export, rows[sha]), blob_store().exists(sha)) for sha in (old, young)] == [
        (False, False), (True, True),
    ]  # fmt: skip


def test_to_count_removes_nothing(make_project: MakeProject) -> None:
    project = make_project()
    job, sha = old_job(project, JobKind.IMPORT), aged(uuid4().bytes)
    told = pruning.count(OLD)
    files = pruning.unused_files(OLD, really=False)
    assert told["imports, queries and trainings, as jobs with their logs"] == 1
    assert files.count >= 1
    assert there(Job, job)
    assert blob_store().exists(sha)
    pruning.remove(OLD)
    assert not there(Job, job)


def test_a_file_whose_row_is_still_to_come_stays(make_project: MakeProject) -> None:
    make_project()
    sha = blob_store().put(uuid4().bytes)
    pruning.unused_files(OLD, really=True)
    assert blob_store().exists(sha)


def test_a_file_that_another_project_names_stays(make_project: MakeProject) -> None:
    first, second = make_project(), make_project()
    sha = aged(uuid4().bytes)
    for project in (first, second):
        job = old_job(first, JobKind.EXPORT) if project is first else old_job(second, JobKind.PRETEXT)
        export = Export(project_id=UUID(project.id), job_id=job, format=enums.ExportFormat.CSV, sha256=sha)
        add(export)
    pruning.remove(OLD)
    pruning.unused_files(OLD, really=True)
    assert blob_store().exists(sha)


def test_while_a_job_runs_no_file_goes(make_project: MakeProject) -> None:
    project = make_project()
    sha = aged(uuid4().bytes)
    running = Job(
        project_id=UUID(project.id), kind=JobKind.IMPORT, status=JobStatus.RUNNING,
        heartbeat_at=NOW + timedelta(hours=1), params={"files": []},
    )  # fmt: skip
    job = add(running).id
    held = pruning.unused_files(OLD, really=True)
    there_meanwhile = blob_store().exists(sha)
    with unit_of_work() as work:
        work.session.execute(update(Job).where(Job.id == job).values(status=JobStatus.CANCELLED))
    freed = pruning.unused_files(OLD, really=True)
    assert (held.in_use, there_meanwhile, freed.in_use, blob_store().exists(sha)) == (
        True,
        True,
        False,
        False,
    )


def test_a_projects_last_map_stays_however_old_it_is(make_project: MakeProject) -> None:
    project = make_project()
    run = run_of(project, old_job(project, JobKind.PRETEXT))
    drawn = []
    for _ in range(2):
        job = old_job(project, JobKind.MAP)
        drawn.append(add(Map(project_id=UUID(project.id), job_id=job, pretext_run_id=run.id)).id)
    pruning.remove(OLD)
    assert [there(Map, one) for one in drawn] == [False, True]


def test_jobs_that_a_failed_cycle_may_try_again_stay(make_project: MakeProject) -> None:
    project = make_project()
    job = old_job(project, JobKind.TRAINING, JobStatus.FAILED)
    cycle_of(project, 1, CycleState.FAILED, training_job_id=job)
    pruning.remove(OLD)
    assert there(Job, job)


def test_pretext_runs_and_backtests_stay_with_their_jobs(make_project: MakeProject) -> None:
    project = make_project()
    jobs = [old_job(project, kind) for kind in (JobKind.PRETEXT, JobKind.BACKTEST)]
    pruning.remove(OLD)
    assert [there(Job, job) for job in jobs] == [True, True]


def test_the_newest_model_keeps_its_weights_and_older_ones_their_figures(make_project: MakeProject) -> None:
    project = make_project()
    models = [
        model_of(project, cycle_of(project, number), weights=aged(uuid4().bytes)) for number in (1, 2, 3)
    ]
    pruning.remove(Ages(jobs=None, exports=None, maps=None, label_checks=None, models=2))
    with unit_of_work() as work:
        kept = [work.session.get_one(Model, one).weights_sha256 is not None for one in models]
    assert kept == [False, True, True]
    assert project.client.call("GET", f"/models/{models[0]}")["label_count"] == 1
    gone = project.client.request("GET", f"/models/{models[0]}/content")
    body = {"format": "onnx", "model": str(models[0])}
    asked = project.client.request("POST", f"/projects/{project.id}/exports", json=body)
    assert refusal(gone) == refusal(asked) == (409, "weights_removed")


def test_a_pretext_run_that_an_open_cycle_follows_keeps_its_weights(make_project: MakeProject) -> None:
    project = make_project()
    followed, other, last = (
        run_of(project, old_job(project, JobKind.PRETEXT), finished_at=LONG_AGO + n * timedelta(days=1),
               weights_sha256=aged(uuid4().bytes), features_sha256=aged(uuid4().bytes))
        for n in range(3)
    )  # fmt: skip
    cycle_of(project, 1, CycleState.LABELLING, pretext_run_id=followed.id)
    pruning.remove(Ages(jobs=None, exports=None, maps=None, label_checks=None, models=1))
    with unit_of_work() as work:
        rows = [work.session.get_one(PretextRun, one.id) for one in (followed, other, last)]
        kept = [row.weights_sha256 is not None and row.features_sha256 is not None for row in rows]
    assert kept == [True, False, True]


def test_a_month_of_job_logs_is_dropped_when_it_is_long_over(make_project: MakeProject) -> None:
    project = make_project()
    job = old_job(project, JobKind.PRETEXT)
    month = datetime(2019, 5, 20, tzinfo=UTC)
    with unit_of_work() as work:
        partitions.make_ahead(work.session, month)
        lines = [job_lines.Line(at, LogLevel.INFO, "said") for at in (month, NOW)]
        job_lines.add(work.session, job, lines)
        kept = text("SELECT tableoid::regclass::text, at FROM job_lines WHERE job_id = :job ORDER BY at")
        before = work.session.execute(kept, {"job": job}).all()
    forget_now(NOW)
    with unit_of_work() as work:
        after = work.session.execute(kept, {"job": job}).all()
        tables = work.session.scalars(
            text("SELECT relname FROM pg_class WHERE relname LIKE 'job_lines_2019%'")
        )
        assert list(tables) == []
    assert [row[0] for row in before] == ["job_lines_2019_05", f"job_lines_{NOW:%Y_%m}"]
    assert [row[0] for row in after] == [f"job_lines_{NOW:%Y_%m}"]


def test_lines_of_a_month_without_a_partition_wait_and_go_all_the_same(make_project: MakeProject) -> None:
    job = old_job(make_project(), JobKind.PRETEXT)
    lost = datetime(2018, 2, 3, tzinfo=UTC)
    with unit_of_work() as work:
        job_lines.add(work.session, job, [job_lines.Line(lost, LogLevel.INFO, "said")])
        made = partitions.make_ahead(work.session, lost - timedelta(days=1))
    assert "job_lines_2018_02" not in made
    forget_now(NOW)
    with unit_of_work() as work:
        assert work.session.scalars(select(JobLine).where(JobLine.job_id == job)).all() == []


def test_the_months_to_come_have_their_partitions(stack: Stack) -> None:
    forget_now(NOW)
    with unit_of_work() as work:
        made = partitions.make_ahead(work.session, NOW)
        there = set(
            work.session.scalars(text("SELECT relname FROM pg_class WHERE relname ~ '^job_lines_[0-9_]+$'"))
        )
    assert made == []
    assert len([name for name in there if name >= f"job_lines_{NOW:%Y_%m}"]) == partitions.MONTHS_AHEAD + 1


def test_sessions_that_are_over_go_and_others_stay(stack: Stack, owner: Person) -> None:
    over, lasts = (
        add(Session(user_id=owner.user.id, secret_hash=uuid4().hex, expires_at=NOW + timedelta(days=days))).id
        for days in (-1, 1)
    )
    token = add(Token(user_id=owner.user.id, name="t", secret_hash=uuid4().hex)).id
    forget_now(NOW)
    assert (there(Session, over), there(Session, lasts), there(Token, token)) == (False, True, True)


@pytest.mark.parametrize(
    ("status", "days", "stays"),
    [
        (JobStatus.SUCCEEDED, 0, False),
        (JobStatus.FAILED, 1, True),
        (JobStatus.FAILED, 30, False),
        (JobStatus.RUNNING, 30, True),
    ],
)
def test_a_checkpoint_stays_while_its_job_may_go_on(
    make_project: MakeProject, status: JobStatus, days: int, *, stays: bool
) -> None:
    project = make_project()
    ended = NOW - timedelta(days=days)
    row = Job(
        project_id=UUID(project.id), kind=JobKind.PRETEXT, status=status, finished_at=ended,
        created_at=ended, heartbeat_at=NOW + timedelta(hours=1),
    )  # fmt: skip
    job = add(row).id
    path = get_settings().data_dir / "checkpoints" / f"{job}.pt"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"weights")
    forget_now(NOW)
    found = path.exists()
    with unit_of_work() as work:  # nobody shall wait for the job that seems to run
        work.session.execute(update(Job).where(Job.id == job).values(status=JobStatus.CANCELLED))
    assert found is stays


def test_what_a_projects_files_take_is_told_by_what_they_are(make_project: MakeProject) -> None:
    project = make_project(pool=2)
    job = old_job(project, JobKind.EXPORT)
    key = UUID(project.id)
    for size in (10, 20):
        add(Export(project_id=key, job_id=job, format=enums.ExportFormat.CSV, sha256=aged(os.urandom(size))))
    model_of(project, cycle_of(project, 1), weights=aged(os.urandom(300)))
    run_of(project, job, weights_sha256=aged(os.urandom(4000)), features_sha256=aged(os.urandom(50_000)))
    told = project.client.call("GET", f"/projects/{project.id}/storage")
    images = project.client.call("GET", f"/projects/{project.id}")["counts"]["bytes"]
    assert told == {
        "images": images, "models": 300, "pretext_runs": 4000, "features": 50_000, "exports": 30,
        "maps": 0, "backtests": 0,
    }  # fmt: skip

"""A project that is removed for good takes all its files along, and none that another project names."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from app.config import get_settings
from app.db.base import Base
from app.db.models import Backtest, Class, Export, Job, LabelCheck, Map, Model, Project, Suspect
from app.db.session import unit_of_work
from app.domain import enums
from app.domain.enums import JobKind, JobStatus
from app.storage.blobs import blob_store
from tests.service.test_deletion import delete_long_ago, there
from tests.service.test_jobs import wait_until
from tests.service.test_retention import add, cycle_of, model_of, run_of
from tests.stack import MakeProject
from tests.stack import Project as Made
from workers.tasks.removal import remove_deleted

FILES = [
    "models.weights_sha256",
    "models.predictions_sha256",
    "pretext_runs.weights_sha256",
    "pretext_runs.features_sha256",
    "exports.sha256",
    "maps.points_sha256",
    "backtests.report_sha256",
    "backtests.page_sha256",
]
# Those of shards go with the end of their job (test_shards).
OF_JOBS = ["job_shards.asked_sha256", "job_shards.result_sha256"]


def job_of(project: Made, kind: JobKind = JobKind.EXPORT) -> UUID:
    job = Job(project_id=UUID(project.id), kind=kind, status=JobStatus.SUCCEEDED)
    return UUID(str(add(job).id))


def named(project: Made, column: str, sha: str) -> None:
    """Let a row of the project name a file in a column."""
    key, job = UUID(project.id), job_of(project)
    if column == "models.weights_sha256":
        model_of(project, cycle_of(project, 1), sha)
    elif column == "models.predictions_sha256":
        model = model_of(project, cycle_of(project, 1), blob_store().put(uuid4().bytes))
        with unit_of_work() as work:
            work.session.get_one(Model, model).predictions_sha256 = sha
    elif column.startswith("pretext_runs"):
        run_of(project, job, **{column.partition(".")[2]: sha})
    elif column == "exports.sha256":
        add(Export(project_id=key, job_id=job, format=enums.ExportFormat.CSV, sha256=sha))
    elif column == "maps.points_sha256":
        run = run_of(project, job)
        add(Map(project_id=key, job_id=job, pretext_run_id=run.id, points_sha256=sha))
    else:
        add(Backtest(project_id=key, job_id=job, **{column.partition(".")[2]: sha}))


def removed(project: Made) -> None:
    """Delete a project, and wait until it is removed for good."""
    delete_long_ago(project)
    wait_until(lambda: not there(project))


def test_the_list_names_every_column_that_names_a_file_but_the_images() -> None:
    found = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("sha256")
    ]
    assert sorted(found) == sorted([*FILES, *OF_JOBS, "images.sha256"])


@pytest.mark.parametrize("column", FILES)
def test_its_files_go_with_it_but_those_that_another_project_names(
    make_project: MakeProject, column: str
) -> None:
    project, other = make_project(), make_project()
    own, shared = (blob_store().put(uuid4().bytes) for _ in range(2))
    named(project, column, own)
    twin = make_project()
    named(twin, column, shared)
    named(other, column, shared)
    removed(project)
    removed(twin)
    assert (blob_store().exists(own), blob_store().exists(shared)) == (False, True)


def test_what_lies_on_this_machine_goes_too(make_project: MakeProject) -> None:
    project = make_project()
    job, data = job_of(project, JobKind.PRETEXT), get_settings().data_dir
    upload = data / "uploads" / uuid4().hex
    with unit_of_work() as work:
        work.session.get_one(Job, job).params = {"files": [{"upload": f"uploads/{upload.name}/pool.zip"}]}
    left = [data / "pixels" / project.id, data / "checkpoints" / f"{job}.pt", upload]
    for path in left:
        path.parent.mkdir(exist_ok=True, parents=True)
        if path.suffix:
            path.write_bytes(b"x")
        else:
            path.mkdir()
            (path / "pool.zip").write_bytes(b"x")
    removed(project)
    assert [path for path in left if path.exists()] == []


def rows_of(project: Made) -> Iterator[str]:
    with unit_of_work() as work:
        for table in Base.metadata.sorted_tables:
            if "project_id" in table.columns and table.name != "audit_events":  # they outlast it
                query = text(f"SELECT EXISTS (SELECT FROM {table.name} WHERE project_id = :id)")
                if work.session.scalar(query, {"id": project.id}):
                    yield table.name


def test_no_row_of_it_is_left_whatever_it_had(make_project: MakeProject) -> None:
    project = make_project(pool=12, test=4)
    project.rank(pool_batches=1)
    project.start_cycle(budget=3)
    path = f"/projects/{project.id}/assignments"
    for item in project.client.call("POST", path, json={"limit": 2})["items"]:
        answer = {"class": project.truth[item["image"]["sha256"]]}
        project.client.call("PUT", f"/assignments/{item['id']}/annotation", json=answer)
    check = add(LabelCheck(project_id=UUID(project.id), job_id=job_of(project), folds=3))
    with unit_of_work() as work:
        image = project.client.call("GET", f"/projects/{project.id}/images")["items"][0]["id"]
        named_class = work.session.scalars(select(Class.id).where(Class.project_id == project.id)).first()
    suspect: dict[str, Any] = {"class_id": named_class, "suggested_class_id": named_class, "image_id": image}
    add(Suspect(label_check_id=check.id, position=0, score=0, confidence=1, **suspect))
    before = set(rows_of(project))
    removed(project)
    assert {"annotations", "labels", "images", "cycles", "label_checks", "jobs"} <= before
    assert list(rows_of(project)) == []
    with unit_of_work() as work:
        assert work.session.get(Suspect, (check.id, UUID(image))) is None
        assert work.session.get(Project, UUID(project.id)) is None
    remove_deleted()  # there is nothing left to stumble over

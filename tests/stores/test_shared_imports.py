"""Imports from buckets, of which every worker brings a part."""

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.config import get_settings
from app.db import shards
from app.db.models import Job, JobShard
from app.db.session import unit_of_work
from app.domain.enums import JobKind
from tests.digits import digits
from tests.second_worker import alone, claimed, second_worker, until_another_has_done_one
from tests.service.test_imports import images
from tests.stack import MakeProject, Project, Stack
from workers.ml.data import Progress
from workers.pipelines import ingest
from workers.pipelines.claim import Claim
from workers.pipelines.import_files import listed
from workers.pipelines.shards import of_job
from workers.pipelines.shards.doing import do_shard
from workers.pipelines.shards.files import OtherFiles
from workers.process_name import process_name

__all__ = ["alone", "second_worker"]
SHARD = 256
FILES = 2 * SHARD + 40


@pytest.fixture(scope="module")
def shelf(pictures: Any) -> str:
    """A folder of a bucket with more files than two shards have, one of them no image."""
    folder = "pictures/open/shelf"
    for place, (data, label) in enumerate(digits()[: FILES - 1]):
        pictures.pipe_file(f"{folder}/{label}/{place:04}.png", data)
    pictures.pipe_file(f"{folder}/3/notes.txt", b"no image")
    return f"s3://{folder}"


def begun(project: Project, shelf: str) -> Claim:
    return claimed(project.id, JobKind.IMPORT, files=[{"address": shelf}], labels="use")


def workers_of(claim: Claim) -> list[str | None]:
    with unit_of_work() as work:
        query = select(JobShard.worker).where(JobShard.job_id == claim.job_id, JobShard.done)
        return list(work.session.scalars(query.order_by(JobShard.number)))


def report_of(claim: Claim) -> dict[str, Any]:
    with unit_of_work() as work:
        return work.session.get_one(Job, claim.job_id).result


def described(project: Project) -> list[tuple[object, ...]]:
    told = ("filename", "sha256", "width", "format", "bytes", "split", "label")
    return sorted(tuple(json.dumps(image.get(name)) for name in told) for image in images(project))


def test_two_workers_bring_what_one_brings(
    make_project: MakeProject,
    shelf: str,
    second_worker: subprocess.Popen[bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shared, single = make_project(), make_project()
    claim = begun(shared, shelf)

    def when_the_other_has_done_one(held: shards.Held, progress: Progress) -> None:
        until_another_has_done_one(held)
        do_shard(held, progress)

    monkeypatch.setattr(of_job, "do_shard", when_the_other_has_done_one)
    ingest.run(claim)
    other = process_name().replace(str(os.getpid()), str(second_worker.pid))
    assert set(workers_of(claim)) == {process_name(), other}
    monkeypatch.setattr(get_settings(), "shard_images", 2048)
    alone_claim = begun(single, shelf)
    ingest.run(alone_claim)
    assert workers_of(alone_claim) == []
    assert report_of(claim) == report_of(alone_claim)
    assert report_of(claim)["imported"] == FILES - 1
    assert report_of(claim)["rejected"][0]["name"] == "3/notes.txt"
    assert described(shared) == described(single)
    assert list((tmp_path / "elsewhere" / "pixels").iterdir())  # decoded there, and kept there


def test_a_shared_import_that_died_goes_on_after_what_is_saved(
    make_project: MakeProject, shelf: str, alone: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project()
    claim = begun(project, shelf)
    save = ingest._save

    def until_the_power_fails(*saved: Any) -> None:
        if len(images(project)) > 0:
            raise ConnectionError("power cut")
        save(*saved)

    monkeypatch.setattr(ingest, "_save", until_the_power_fails)
    with pytest.raises(ConnectionError):
        ingest.run(claim)
    assert len(images(project)) == SHARD - 1  # and notes.txt
    monkeypatch.setattr(ingest, "_save", save)
    with unit_of_work() as work:
        job = work.session.get_one(Job, claim.job_id)
        assert job.checkpoint["done"] == SHARD
        again = Claim(claim.job_id, 1, JobKind.IMPORT, claim.project_id, claim.params, job.checkpoint)
    ingest.run(again)
    assert report_of(claim)["imported"] == len(images(project)) == FILES - 1


def test_who_sees_other_files_than_were_counted_brings_none_of_them(
    make_project: MakeProject, shelf: str, alone: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = begun(make_project(), shelf)
    more = replace(listed(claim.params["files"]), total=FILES + 1)
    monkeypatch.setattr(ingest, "listed", lambda _: more)
    with pytest.raises(OtherFiles):
        ingest.run(claim)
    assert workers_of(claim) == []


def test_uploads_are_read_where_they_lie(make_project: MakeProject, stack: Stack) -> None:
    project = make_project(pool=SHARD + 10)
    with unit_of_work() as work:
        query = select(func.count()).select_from(JobShard).where(JobShard.project_id == UUID(project.id))
        assert work.session.scalar(query) == 0
    assert len(images(project)) == SHARD + 10

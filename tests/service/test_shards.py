"""Shards of a job's forward passes, done by several workers."""

import os
import signal
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psutil
import pytest
import torch
from sqlalchemy import select, update
from torch import Tensor

from app.db import images, shards
from app.db.models import Image, Job, JobShard, PretextRun, PretextScore
from app.db.session import unit_of_work
from app.domain.enums import JobKind, JobStatus
from app.storage.blobs import blob_store
from tests.second_worker import alone, claimed, second_worker, until, until_another_has_done_one
from tests.stack import MakeProject, Person, Project, Stack, new_project, quiet
from workers.ml.data import Progress
from workers.ml.passes import Output, passes
from workers.pipelines.pixels import cached_images
from workers.pipelines.shards import of_job
from workers.pipelines.shards.asked import NetworkKind
from workers.pipelines.shards.doing import ShardLost, do_shard
from workers.pipelines.shards.networks import stored_network
from workers.pipelines.shards.scored import Sharded
from workers.process_name import process_name
from workers.tasks import helping, runner
from workers.tasks.sweep import clear_shards

__all__ = ["alone", "second_worker"]
CPU = torch.device("cpu")
SHARD = 256
POOL = 3 * SHARD + 100
OUTPUTS = [Output.PRETEXT_LOSSES, Output.HALF_FEATURES]
SILENT = timedelta(seconds=4)


@pytest.fixture(scope="module")
def project(stack: Stack, owner: Person, tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = new_project(owner, tmp_path_factory.mktemp("pool"), pool=POOL)
    project.rank()
    return project


@pytest.fixture
def job(project: Project, alone: None) -> Iterator[Sharded]:
    """A running job of this process, which asks the project's pretext network about its pool."""
    claim = claimed(project.id, JobKind.PRETEXT)
    with unit_of_work() as work:
        run = work.session.scalars(select(PretextRun).where(PretextRun.project_id == UUID(project.id))).one()
        shas = [sha for _, sha in work.session.execute(images.pool(UUID(project.id)))]
    assert run.weights_sha256 is not None
    yield Sharded(claim, NetworkKind.PRETEXT, run.weights_sha256, shas, claim.stage(0, 1))
    end(claim.job_id)


def end(job_id: UUID, status: JobStatus = JobStatus.SUCCEEDED) -> None:
    with unit_of_work() as work:
        work.session.execute(update(Job).where(Job.id == job_id).values(status=status))


def in_one_go(asked: Sharded) -> dict[Output, Tensor]:
    network, size = stored_network(asked.kind, asked.weights_sha256)
    data = cached_images(asked.claim.project_id, size, asked.images, quiet)
    return passes(network, data, OUTPUTS, CPU)


def rows(job_id: UUID) -> list[JobShard]:
    with unit_of_work() as work:
        query = select(JobShard).where(JobShard.job_id == job_id).order_by(JobShard.number)
        return list(work.session.scalars(query))


def take(job_id: UUID, worker: str, silent: timedelta = SILENT) -> shards.Held | None:
    with unit_of_work() as work:
        return shards.take(work.session, job_id, worker, silent, most_tries=helping.MOST_TRIES)


def test_two_workers_with_folders_of_their_own_say_the_same_as_one_to_the_last_bit(
    job: Sharded, second_worker: subprocess.Popen[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def when_the_other_has_done_one(held: shards.Held, progress: Progress) -> None:
        until_another_has_done_one(held)
        do_shard(held, progress)

    monkeypatch.setattr(of_job, "do_shard", when_the_other_has_done_one)
    said = job.ask(OUTPUTS)
    whole = in_one_go(job)
    assert {row.worker for row in rows(job.claim.job_id)} == {
        process_name(),
        process_name().replace(str(os.getpid()), str(second_worker.pid)),
    }
    assert all(torch.equal(said[output], whole[output]) for output in OUTPUTS)
    assert list((tmp_path / "elsewhere" / "pixels").iterdir())


def test_without_another_worker_the_job_does_all_shards(job: Sharded) -> None:
    said, whole = job.ask(OUTPUTS), in_one_go(job)
    assert [row.worker for row in rows(job.claim.job_id)] == [process_name()] * 4
    assert all(torch.equal(said[output], whole[output]) for output in OUTPUTS)


def test_shards_that_a_killed_attempt_has_done_are_not_done_again(
    job: Sharded, monkeypatch: pytest.MonkeyPatch
) -> None:
    job.lay_out(OUTPUTS)
    held = take(job.claim.job_id, "before the kill")
    assert held is not None
    do_shard(held, quiet)
    job.ask(OUTPUTS)
    assert [row.worker for row in rows(job.claim.job_id)] == ["before the kill", *[process_name()] * 3]


def test_shards_of_an_earlier_attempt_that_nobody_wants_any_more_are_removed(job: Sharded) -> None:
    other = job.lay_out([Output.FEATURES]).names
    job.ask(OUTPUTS)
    assert not {row.asked_sha256 for row in rows(job.claim.job_id)} & set(other)
    assert not any(blob_store().exists(sha) for sha in other)


def test_a_killed_worker_leaves_its_shard_to_others(
    job: Sharded, second_worker: subprocess.Popen[bytes]
) -> None:
    job.lay_out(OUTPUTS)
    until(lambda: any(row.worker for row in rows(job.claim.job_id)))
    for child in psutil.Process(second_worker.pid).children(recursive=True):
        child.kill()
    second_worker.send_signal(signal.SIGKILL)
    said, whole = job.ask(OUTPUTS), in_one_go(job)
    assert all(torch.equal(said[output], whole[output]) for output in OUTPUTS)


def test_a_shard_is_held_by_one_and_by_another_when_that_one_is_silent(job: Sharded) -> None:
    asked = job.lay_out(OUTPUTS).names
    one = [take(job.claim.job_id, "one") for _ in asked]
    assert [held.asked_sha256 for held in one if held] == asked
    assert take(job.claim.job_id, "two") is None
    again = take(job.claim.job_id, "two", timedelta(0))
    assert again is not None
    assert again.asked_sha256 == asked[0]


def test_who_lost_a_shard_cannot_end_it(job: Sharded) -> None:
    job.lay_out(OUTPUTS)
    lost = take(job.claim.job_id, "one")
    assert lost is not None
    assert take(job.claim.job_id, "two", timedelta(0))
    with pytest.raises(ShardLost):
        do_shard(lost, quiet)
    assert not rows(job.claim.job_id)[0].done


@pytest.mark.parametrize("status", [JobStatus.CANCELLED, JobStatus.FAILED])
def test_nobody_takes_or_goes_on_with_shards_of_a_job_that_ended(job: Sharded, status: JobStatus) -> None:
    job.lay_out(OUTPUTS)
    held = take(job.claim.job_id, "one")
    assert held is not None
    end(job.claim.job_id, status)
    assert take(job.claim.job_id, "one") is None
    with unit_of_work() as work:
        assert not shards.beat(work.session, held)


def test_a_shard_that_ends_its_helpers_is_left_to_the_job_itself(job: Sharded) -> None:
    job.lay_out(OUTPUTS)
    for _ in range(helping.MOST_TRIES):
        held = take(job.claim.job_id, "helper")
        assert held is not None
        assert held.asked_sha256 == rows(job.claim.job_id)[0].asked_sha256
        with unit_of_work() as work:
            shards.release(work.session, job.claim.job_id, "helper")
    other = take(job.claim.job_id, "helper")
    assert other is not None
    assert other.asked_sha256 == rows(job.claim.job_id)[1].asked_sha256
    job.ask(OUTPUTS)
    assert all(row.done for row in rows(job.claim.job_id))


def test_only_a_worker_without_a_job_helps(job: Sharded, monkeypatch: pytest.MonkeyPatch) -> None:
    helped: list[UUID] = []

    def help_once(job_id: UUID) -> None:
        helped.append(job_id)
        monkeypatch.setattr(runner, "stopping", _Stopping(0))

    monkeypatch.setattr(helping, "_help", help_once)
    job.lay_out(OUTPUTS)
    monkeypatch.setattr(runner, "at_work", {job.claim.job_id})
    monkeypatch.setattr(runner, "stopping", _Stopping(3))
    helping.help_others([JobKind.PRETEXT])
    assert helped == []
    monkeypatch.setattr(runner, "at_work", set())
    monkeypatch.setattr(runner, "stopping", _Stopping(3))
    helping.help_others([JobKind.EXPORT])
    assert helped == []
    monkeypatch.setattr(runner, "stopping", _Stopping(3))
    helping.help_others([JobKind.PRETEXT])
    assert helped == [job.claim.job_id]


class _Stopping:
    """An event that is set after it was waited for so often."""

    def __init__(self, looks: int) -> None:
        self.looks = looks

    def wait(self, _seconds: float) -> bool:
        self.looks -= 1
        return self.looks < 0


def test_files_of_shards_go_when_their_job_has_ended(job: Sharded) -> None:
    job.ask(OUTPUTS)
    files = [sha for row in rows(job.claim.job_id) for sha in (row.asked_sha256, row.result_sha256) if sha]
    clear_shards()
    assert len(files) == 8
    assert all(blob_store().exists(sha) for sha in files)
    end(job.claim.job_id)

    def cleared() -> bool:
        clear_shards()  # does nothing while another sweep is at it
        return not rows(job.claim.job_id)

    until(cleared)
    assert not any(blob_store().exists(sha) for sha in files)


def test_a_run_that_is_killed_while_it_scores_ranks_as_if_nothing_had_happened(
    stack: Stack, project: Project, make_project: MakeProject
) -> None:
    killed = make_project(pool=POOL)
    body = {"task": "rotation", "pool_batches": 3, "epochs": 1}
    run = killed.client.call("POST", f"/projects/{killed.id}/pretext-runs", json=body)
    job_id = UUID(run["job"]["id"])
    until(lambda: rows(job_id))
    for child in stack.children_of_jobs():
        os.kill(child, signal.SIGKILL)
    killed.wait(run)
    assert len(losses(killed)) == POOL
    assert losses(killed) == losses(project)


def losses(project: Project) -> dict[str, float]:
    """By content hash."""
    with unit_of_work() as work:
        query = (
            select(Image.sha256, PretextScore.loss)
            .join(PretextScore, PretextScore.image_id == Image.id)
            .where(Image.project_id == UUID(project.id))
        )
        return dict(work.session.execute(query).all())

"""Traces of jobs: they go on with their request's, in the worker, in its children and in its helpers."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from sqlalchemy import select

from app.db.models import Image, Job, PretextRun
from app.db.session import unit_of_work
from app.domain.enums import JobKind
from tests.second_worker import alone, claimed, second_worker, until
from tests.stack import Person, Project, Stack, new_project, quiet
from tests.traces.receiver import Receiver, api, receiver, values
from workers.ml.passes import Output
from workers.pipelines.shards.asked import NetworkKind
from workers.pipelines.shards.scored import Sharded

__all__ = ["alone", "receiver", "second_worker"]
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@pytest.fixture(scope="module")
def project(stack: Stack, owner: Person, tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = new_project(owner, tmp_path_factory.mktemp("pool"), pool=12)
    project.rank()
    return project


@pytest.fixture
def sending(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A receiver that processes know which are started from here on."""
    with monkeypatch.context() as patch:
        for name, value in receiver.environment.items():
            patch.setenv(name, value)
        yield receiver


def test_a_job_is_in_the_trace_of_its_request_through_worker_and_child(
    project: Project,
    sending: Receiver,
    second_worker: "subprocess.Popen[bytes]",
    owner: Person,
    tmp_path: Path,
) -> None:
    headers = {"Authorization": f"Bearer {owner.token}"}
    with api(tmp_path / "api.log", sending.environment) as url:
        path = f"{url}/api/v1/projects/{project.id}/exports"
        asked = httpx.post(path, headers=headers, json={}, timeout=30).raise_for_status().json()
    owner.client.wait_for_job(asked["job"]["id"], quiet)
    until(lambda: sending.named("job export"))

    (request,) = sending.named("POST /api/v1/projects/{project_id}/exports")
    trace = request.trace_id.hex()
    (job,), (child,) = sending.named("job export", trace), sending.named("export", trace)
    assert (job.kind, job.parent_span_id) == (Span.SPAN_KIND_CONSUMER, request.span_id)
    assert values(job)["nextbatch.job_id"] == asked["job"]["id"]
    assert child.parent_span_id == job.span_id
    below = [span for span in sending.spans(trace) if span.parent_span_id == child.span_id]
    assert "SELECT" in {span.name for span in below}


def test_what_helps_with_a_job_is_in_its_trace(
    project: Project, sending: Receiver, second_worker: "subprocess.Popen[bytes]"
) -> None:
    claim = claimed(project.id, JobKind.PRETEXT, traceparent=f"00-{TRACE}-{PARENT}-01")
    with unit_of_work() as work:
        run = work.session.scalars(select(PretextRun).where(PretextRun.project_id == claim.project_id)).one()
        shas = list(work.session.scalars(select(Image.sha256).where(Image.project_id == claim.project_id)))
    job = Sharded(claim, NetworkKind.PRETEXT, run.weights_sha256, shas, claim.stage(0, 1))
    job.lay_out([Output.PRETEXT_LOSSES])
    until(lambda: sending.named("shard", TRACE))
    (shard,) = sending.named("shard", TRACE)
    assert shard.parent_span_id.hex() == PARENT
    with claim.finish({}):
        pass


def test_a_job_that_nobody_asked_for_in_a_trace_begins_its_own(
    project: Project, sending: Receiver, second_worker: "subprocess.Popen[bytes]", owner: Person
) -> None:
    asked = owner.client.call("POST", f"/projects/{project.id}/exports", json={})  # at an API without traces
    owner.client.wait_for_job(asked["job"]["id"], quiet)
    until(lambda: sending.named("job export"))
    (job,) = sending.named("job export")
    assert not job.parent_span_id
    with unit_of_work() as work:
        assert "traceparent" not in work.session.get_one(Job, asked["job"]["id"]).params

"""`/metrics`: who may read it, what it says of requests and of the deployment, and how it finds that."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import create_engine, delete, text, update
from sqlalchemy.orm import Session
from starlette.types import Receive, Scope, Send

from app.api.clock import Clock, registry
from app.config import get_settings
from app.db.figures import STATEMENTS, parameters
from app.db.heartbeats import beat
from app.db.models import Job, WorkerHeartbeat
from app.db.session import psycopg_url, unit_of_work
from app.domain.enums import JobKind
from app.embedded import free_port
from app.main import create_app
from app.services.metrics import DeploymentCollector
from tests.service.test_labelling import say, take
from tests.stack import MakeProject, Person, Stack, quiet
from workers.gpu_memory import gpu_memory

TOKEN = "of-the-watching-machine"
LARGE = ("queue_items", "assignments", "annotations", "jobs", "cycles", "models", "images", "labels")
Labels = frozenset[tuple[str, str]]


def samples(said: str) -> dict[tuple[str, Labels], float]:
    families = text_string_to_metric_families(said)
    return {(s.name, frozenset(s.labels.items())): s.value for family in families for s in family.samples}


def key(name: str, **labels: str) -> tuple[str, Labels]:
    return f"nextbatch_{name}", frozenset(labels.items())


@pytest.fixture
def admin(stack: Stack) -> Person:
    return stack.person(admin=True)


def scraped(stack: Stack, admin: Person) -> dict[tuple[str, Labels], float]:
    headers = {"Authorization": f"Bearer {admin.token}"}
    return samples(httpx.get(f"{stack.url}/metrics", headers=headers).raise_for_status().text)


def test_requests_are_counted_by_the_template_of_their_route(stack: Stack, admin: Person) -> None:
    def asked() -> tuple[float, float, float]:
        found = scraped(stack, admin)
        route = {"route": "/api/v1/jobs/{job_id}", "method": "GET"}
        return (
            found.get(key("http_requests_total", status="404", **route), 0),
            found.get(key("http_request_seconds_count", **route), 0),
            found.get(key("http_requests_total", route="/api/v1/me", method="other", status="405"), 0),
        )

    before = asked()
    for number in range(3):
        admin.client.request("GET", f"/jobs/{number}")
    with httpx.Client(base_url=stack.url) as client:
        assert client.request("PROPFIND", "/api/v1/me").status_code == 405
    after = asked()
    assert after == (before[0] + 3, before[1] + 3, before[2] + 1)
    assert not [name for name, labels in scraped(stack, admin) if "/jobs/0" in str(labels)]


def test_what_a_cycle_waits_for_is_told(
    stack: Stack, admin: Person, owner: Person, make_project: MakeProject
) -> None:
    before = scraped(stack, admin)
    project = make_project(pool=8, plan="random")
    project.start_cycle(budget=6)
    held = take(owner, project, 2)
    say(owner, held[0]["id"], "3")
    after = scraped(stack, admin)

    def grown(name: str, **labels: str) -> float:
        return after[key(name, **labels)] - before.get(key(name, **labels), 0)

    assert grown("queue_items") == 5
    assert grown("images", split="pool") == 8
    assert grown("cycles", state="labelling") == 1
    assert grown("jobs_ended", kind="import", status="succeeded") == 1
    assert after[key("answers_per_minute")] >= 1
    assert after[key("oldest_lease_seconds")] > 0
    assert after[key("workers")] >= 1
    assert after[key("database_up")] == 1
    longest = after[key("job_seconds", kind="import", quantile="1")]
    assert 0 < after[key("job_seconds", kind="import", quantile="0.5")] <= longest


def test_jobs_that_wait_are_told_with_their_age(
    stack: Stack, admin: Person, make_project: MakeProject
) -> None:
    project = make_project()
    job = Job(
        project_id=UUID(project.id), kind=JobKind.BACKTEST, sent_at=datetime.now(UTC) + timedelta(hours=1)
    )
    with unit_of_work() as work:
        work.session.add(job)
        work.session.flush()
        work.session.execute(
            update(Job).where(Job.id == job.id).values(created_at=datetime.now(UTC) - timedelta(minutes=9))
        )
    found = scraped(stack, admin)
    assert found[key("jobs", kind="backtest", status="queued")] == 1
    assert found[key("oldest_queued_job_seconds")] == pytest.approx(540, abs=20)
    with unit_of_work() as work:
        work.session.delete(work.session.get(Job, job.id))
    assert scraped(stack, admin)[key("oldest_queued_job_seconds")] < 500


def test_the_speed_of_the_newest_models_training_is_told(
    stack: Stack, admin: Person, owner: Person, make_project: MakeProject
) -> None:
    project = make_project(pool=4, test=4, plan="random")
    project.start_cycle(budget=2)
    for item in take(owner, project, 2):
        say(owner, item["id"], "3")
    (cycle,) = owner.client.call("GET", f"/projects/{project.id}/cycles")["items"]
    job = owner.client.call("GET", f"/cycles/{cycle['id']}")["training_job_id"]
    owner.client.wait_for_job(job, quiet)
    speed = owner.client.call("GET", f"/jobs/{job}")["result"]["images_per_second"]
    assert scraped(stack, admin)[key("training_images_per_second")] == pytest.approx(speed)


@pytest.mark.parametrize("name", STATEMENTS)
def test_no_figure_reads_a_large_table_through(stack: Stack, name: str) -> None:
    with unit_of_work() as work:
        work.session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = work.session.scalars(text(f"EXPLAIN {STATEMENTS[name]}"), parameters(datetime.now(UTC))).all()
    assert not [line for line in plan if any(f"Seq Scan on {table} " in line for table in LARGE)], plan


def test_an_index_is_not_read_through_either(stack: Stack) -> None:
    """A scan of an index needs a condition, or an index that has the open ones only."""
    bounded = (
        "Index Cond",
        "ix_queue_items_open",
        "ix_jobs_live",
        "uq_cycles_one_open",
    )
    with unit_of_work() as work:
        work.session.execute(text("SET LOCAL enable_seqscan = off"))
        for name in (
            "open_items",
            "oldest_lease",
            "answers",
            "live_jobs",
            "oldest_queued_job",
            "ended_jobs",
            "cycles",
        ):
            asked = text(f"EXPLAIN {STATEMENTS[name]}")
            plan = "\n".join(work.session.scalars(asked, parameters(datetime.now(UTC))))
            assert any(word in plan for word in bounded), plan


def test_a_database_that_is_away_is_told() -> None:
    away = create_engine(psycopg_url(f"postgresql://127.0.0.1:{free_port()}/none"))
    told = CollectorRegistry()
    with Session(away) as session:
        told.register(DeploymentCollector(session))
        assert samples(generate_latest(told).decode()) == {key("database_up"): 0}


@pytest.mark.parametrize(
    ("shown", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer {TOKEN}", 200),
        (f"Bearer {TOKEN}x", 401),
        (f"Basic {TOKEN}", 401),
        ("", 401),
    ],
)
def test_a_machine_shows_the_token_of_the_settings(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, shown: str, status: int
) -> None:
    async def ask() -> int:
        transport = httpx.ASGITransport(create_app())
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
            return (await client.get("/metrics", headers={"Authorization": shown})).status_code

    monkeypatch.setenv("NEXTBATCH_METRICS_TOKEN", TOKEN)
    get_settings.cache_clear()
    try:
        with start_blocking_portal() as portal:
            assert portal.call(ask) == status
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()


def test_without_a_token_in_the_settings_none_is_good_enough(stack: Stack) -> None:
    for shown in ("Bearer None", "Bearer", "Bearer **********"):
        assert httpx.get(f"{stack.url}/metrics", headers={"Authorization": shown}).status_code == 401


def test_an_error_that_nobody_expected_is_counted_as_one(stack: Stack) -> None:
    async def fails(scope: Scope, receive: Receive, send: Send) -> None:
        raise ZeroDivisionError

    async def ask() -> None:
        scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
        with pytest.raises(ZeroDivisionError):
            await Clock(fails)(scope, None, None)  # type: ignore[arg-type]

    def counted() -> float:
        return samples(generate_latest(registry).decode()).get(
            key("http_requests_total", route="none", method="GET", status="500"), 0
        )

    before = counted()
    with start_blocking_portal() as portal:
        portal.call(ask)
    assert counted() == before + 1


def driver(folder: Path, *lines: str) -> None:
    """What stands for NVIDIA's command."""
    command = folder / "nvidia-smi"
    command.write_text("#!/bin/sh\n" + "".join(f"echo '{line}'\n" for line in lines))
    command.chmod(0o755)


def test_gpus_are_told_once_a_machine(
    stack: Stack, admin: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver(tmp_path, "0, 1024, 24576", "1, [N/A], [N/A]", "2, 0, 8192")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    names = ("far:1", "far:2")
    with unit_of_work() as work:
        for name in names:
            beat(work.session, name, gpu_memory())
    found = scraped(stack, admin)
    with unit_of_work() as work:
        work.session.execute(delete(WorkerHeartbeat).where(WorkerHeartbeat.name.in_(names)))
    told = {name: value for name, value in found.items() if name[0].startswith("nextbatch_gpu")}
    assert told == {
        key("gpu_memory_used_bytes", machine="far", gpu="0"): 2**30,
        key("gpu_memory_bytes", machine="far", gpu="0"): 24 * 2**30,
        key("gpu_memory_used_bytes", machine="far", gpu="2"): 0,
        key("gpu_memory_bytes", machine="far", gpu="2"): 8 * 2**30,
    }


def test_a_driver_that_fails_is_no_gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert gpu_memory() == []
    (tmp_path / "nvidia-smi").write_text("#!/bin/sh\nexit 9\n")
    (tmp_path / "nvidia-smi").chmod(0o755)
    assert gpu_memory() == []

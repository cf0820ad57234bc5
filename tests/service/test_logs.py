"""Lines of logs name the request, the person, the project and the job they belong to, and no secrets."""

import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from fastapi.routing import APIRoute
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from app.config import get_settings
from app.db.models import Job
from app.db.session import unit_of_work
from app.domain.enums import JobKind
from app.embedded import free_port
from app.logs import as_line, formatter, ids, printing_handler
from app.main import create_app
from tests.service.test_jobs import wait_until
from tests.service.test_labelling import take
from tests.stack import MakeProject, Person, Stack, quiet

SECRET = "s3cret-of-a-link"


def lines_of(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]


@pytest.mark.parametrize(
    ("sent", "kept"), [("abc-1.2_3", True), ("a b", False), ("x" * 65, False), ("", False)]
)
def test_an_answer_has_the_requests_id(stack: Stack, sent: str, kept: bool) -> None:
    answers = [httpx.get(f"{stack.url}/healthz", headers={"X-Request-ID": sent}) for _ in range(2)]
    first, second = (answer.headers["x-request-id"] for answer in answers)
    assert (first == sent) == kept
    assert first
    assert (first == second) == kept


@contextmanager
def api_without_broker(stack: Stack, log: Path) -> Iterator[str]:
    """A second API process on the same database, which speaks of each request, and cannot send messages."""
    port = free_port()
    environment = os.environ | {"NEXTBATCH_REDIS_URL": f"redis://127.0.0.1:{free_port()}/0"}
    command = [sys.executable, "-m", "uvicorn", "app.main:serve", "--factory", "--port", str(port)]
    with log.open("wb") as out, subprocess.Popen(command, env=environment, stdout=out, stderr=out) as process:
        try:
            end = time.monotonic() + 60
            while b"Uvicorn running" not in log.read_bytes():
                assert time.monotonic() < end
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def test_a_request_is_followed_into_the_process_of_its_job(
    stack: Stack, owner: Person, make_project: MakeProject, tmp_path: Path
) -> None:
    project = make_project(pool=2)
    log = tmp_path / "api.log"
    headers = {"Authorization": f"Bearer {owner.token}", "X-Request-ID": "req-of-this-test"}
    with api_without_broker(stack, log) as url:
        path = f"/api/v1/projects/{project.id}/exports"
        asked = httpx.post(f"{url}{path}", headers=headers, json={}, timeout=30).raise_for_status()
        assert httpx.get(f"{url}/join/{SECRET}?secret={SECRET}").is_success
    job = asked.json()["job"]["id"]
    owner.client.wait_for_job(job, quiet)  # the sweep sends the message that was lost

    said = log.read_text()
    assert "/join/..." in said
    assert SECRET not in said
    assert owner.token not in said
    assert all(line.startswith("{") for line in said.splitlines())
    (unsent,) = [line for line in lines_of(log) if line["event"] == "message_not_sent"]
    assert unsent["level"] == "warning"
    known = {"request_id": "req-of-this-test", "user_id": str(owner.user.id), "project_id": project.id}
    assert known.items() <= unsent.items()

    # That process spoke of each request; the one that was told not to does not.
    assert any(line["logger"] == "uvicorn.access" for line in lines_of(log))
    assert not [
        line for line in lines_of(stack.data_dir / "logs/api.log") if line["logger"] == "uvicorn.access"
    ]

    known = {"request_id": "req-of-this-test", "job_id": job, "project_id": project.id, "kind": "export"}
    begins = [line for line in lines_of(stack.data_dir / "logs/worker.log") if line.get("job_id") == job]
    assert begins[0]["event"] == "export begins"
    assert all(known.items() <= line.items() for line in begins)


def test_the_job_that_follows_a_job_keeps_the_requests_id(owner: Person, make_project: MakeProject) -> None:
    project = make_project(pool=6, test=4, plan="random", auto_next_cycle=True)
    project.start_cycle(budget=1)
    (item,) = take(owner, project, 1)
    path, headers = f"/assignments/{item['id']}/annotation", {"X-Request-ID": "last-answer"}
    owner.client.request("PUT", path, json={"class": "3"}, headers=headers).raise_for_status()

    def caused() -> list[JobKind]:
        with unit_of_work() as work:
            asked = select(Job.kind).where(
                Job.project_id == UUID(project.id), Job.request_id == "last-answer"
            )
            return list(work.session.scalars(asked.order_by(Job.id)))

    wait_until(lambda: caused() == [JobKind.TRAINING, JobKind.QUERY])


def test_what_nobody_expected_is_found_by_the_id_in_its_answer(stack: Stack) -> None:
    def fails() -> None:
        raise ZeroDivisionError

    async def ask() -> httpx.Response:
        api = create_app()
        api.router.routes.insert(0, APIRoute("/fails", fails))
        transport = httpx.ASGITransport(api, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
            return await client.get("/fails", headers={"X-Request-ID": "found"})

    with start_blocking_portal() as portal:
        answer = portal.call(ask)
    assert answer.status_code == 500
    assert answer.headers["x-request-id"] == "found"
    assert answer.json()["error"]["details"] == {"request_id": "found"}


def record(error: BaseException | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("some.library", logging.ERROR, "x.py", 1, "%s went", ("wrong",), info)


@pytest.mark.parametrize("form", ["auto", "json", "plain"])
def test_a_line_has_the_form_of_the_settings(monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    monkeypatch.setenv("NEXTBATCH_LOG_FORMAT", form)
    get_settings.cache_clear()
    known = ids.set({"request_id": "r", "project_id": UUID(int=1)})
    try:
        line = printing_handler().format(record(ZeroDivisionError("x")))
    finally:
        ids.reset(known)
        monkeypatch.undo()
        get_settings.cache_clear()
    if form == "plain":
        first, last = line.splitlines()
        assert first.endswith(f"error   some.library: wrong went request_id=r project_id={UUID(int=1)}")
        assert last == "ZeroDivisionError: x"
        return
    said = json.loads(line)
    assert said.pop("time").endswith("+00:00")
    assert said == {
        "level": "error", "logger": "some.library", "event": "wrong went", "request_id": "r",
        "project_id": str(UUID(int=1)), "exception": "ZeroDivisionError: x",
    }  # fmt: skip


def test_a_jobs_own_log_repeats_no_ids() -> None:
    known = ids.set({"job_id": "j"})
    try:
        assert formatter(as_line).format(record()) == "wrong went"
    finally:
        ids.reset(known)


def test_errors_of_the_database_do_not_repeat_values(stack: Stack) -> None:
    with unit_of_work() as work, pytest.raises(SQLAlchemyError) as raised:
        work.session.execute(text("SELECT :value FROM no_such_table"), {"value": SECRET})
    assert SECRET not in str(raised.value)

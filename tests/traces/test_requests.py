"""Traces of requests: the template of their route, their statements, and no secrets."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from app.embedded import free_port
from tests.service.test_logs import lines_of
from tests.stack import MakeProject, Person, Stack
from tests.traces.receiver import Receiver, api, receiver, values

__all__ = ["receiver"]
SECRET = "s3cret-of-a-link"
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "api.log"


def bearer(person: Person) -> dict[str, str]:
    return {"Authorization": f"Bearer {person.token}"}


def test_a_request_is_a_span_by_its_routes_template_with_its_statements_below(
    stack: Stack, owner: Person, make_project: MakeProject, receiver: Receiver, log: Path
) -> None:
    project = make_project()
    with api(log, receiver.environment) as url:
        httpx.get(f"{url}/api/v1/projects/{project.id}", headers=bearer(owner)).raise_for_status()
    (request,) = receiver.named("GET /api/v1/projects/{project_id}")
    told = values(request)
    assert told["http.route"] == "/api/v1/projects/{project_id}"
    assert told["http.response.status_code"] == "200"
    assert told["nextbatch.project_id"] == project.id
    assert request.kind == Span.SPAN_KIND_SERVER

    statements = [span for span in receiver.spans(request.trace_id.hex()) if span.name == "SELECT"]
    assert statements
    assert {span.parent_span_id for span in statements} == {request.span_id}
    assert all("FROM" in values(span)["db.query.text"] for span in statements)
    assert not [span for span in statements if project.id in values(span)["db.query.text"]]


def test_statements_of_the_event_loop_are_below_their_request(
    stack: Stack, owner: Person, make_project: MakeProject, receiver: Receiver, log: Path
) -> None:
    project = make_project()
    with api(log, receiver.environment) as url:
        path = f"/api/v1/projects/{project.id}/assignments"
        httpx.post(f"{url}{path}", headers=bearer(owner), json={"limit": 1})
    (request,) = receiver.named("POST /api/v1/projects/{project_id}/assignments")
    in_loop = [span for span in receiver.spans() if "$1" in values(span).get("db.query.text", "")]
    assert in_loop
    assert {span.parent_span_id for span in in_loop} == {request.span_id}
    assert all(span.start_time_unix_nano <= span.end_time_unix_nano for span in in_loop)


def test_no_secret_of_a_path_a_query_a_header_or_a_statement_leaves(
    stack: Stack, owner: Person, receiver: Receiver, log: Path
) -> None:
    email = f"{SECRET}@example.org"
    with api(log, receiver.environment) as url:
        httpx.get(f"{url}/join/{SECRET}?secret={SECRET}", headers={"Host": f"{SECRET}.example"})
        httpx.get(f"{url}/api/v1/invitations/{SECRET}")
        httpx.get(f"{url}/api/v1/images/{uuid4()}/content?X-Amz-Signature={SECRET}", headers=bearer(owner))
        httpx.post(f"{url}/api/v1/auth/login", json={"email": email, "password": SECRET})
        httpx.request(f"X{SECRET}", f"{url}/api/v1/me")
    assert receiver.named("GET /api/v1/images/{image_id}/content")
    assert receiver.named("POST /api/v1/auth/login")
    sent = b"".join(receiver.bodies)
    assert SECRET.encode() not in sent
    assert owner.token.encode() not in sent


def test_errors_of_the_database_are_told_by_their_class_alone(
    stack: Stack, receiver: Receiver, tmp_path: Path
) -> None:
    # In a process of its own, as what traces is one for a whole process.
    program = """
import sys
from sqlalchemy import text
from app.db.session import unit_of_work
from app.traces import spans
from app.traces.exporting import send_last, set_up_traces
set_up_traces("test")
try:
    with spans.span("around"), unit_of_work() as work:
        work.session.execute(text("SELECT CAST(:value AS uuid)"), {"value": sys.argv[1]})
finally:
    send_last()
"""
    environment = os.environ | receiver.environment
    ended = subprocess.run(
        [sys.executable, "-c", program, SECRET], env=environment, capture_output=True, text=True, check=False
    )
    assert SECRET in ended.stderr  # the server repeats it: had it been told, it would have left
    (around,), (statement,) = receiver.named("around"), receiver.named("SELECT")
    assert statement.parent_span_id == around.span_id
    assert statement.status.code == around.status.code == Status.STATUS_CODE_ERROR
    assert values(statement)["error.type"] == "InvalidTextRepresentation"
    assert SECRET.encode() not in b"".join(receiver.bodies)


def test_a_proxys_trace_goes_on_and_lines_of_logs_name_it(
    stack: Stack, owner: Person, receiver: Receiver, log: Path
) -> None:
    headers = {"traceparent": f"00-{TRACE}-{PARENT}-01", "X-Request-ID": "of-the-proxy"}
    with api(log, receiver.environment) as url:
        httpx.get(f"{url}/api/v1/me", headers=bearer(owner) | headers).raise_for_status()
    (request,) = receiver.named("GET /api/v1/me", TRACE)
    assert request.parent_span_id.hex() == PARENT
    assert values(request)["nextbatch.request_id"] == "of-the-proxy"
    (line,) = [line for line in lines_of(log) if line.get("request_id") == "of-the-proxy"]
    assert line["trace_id"] == TRACE


def test_probes_leave_no_traces(stack: Stack, receiver: Receiver, log: Path) -> None:
    with api(log, receiver.environment) as url:
        for path in ("/healthz", "/readyz", "/metrics"):
            httpx.get(f"{url}{path}")
    assert not receiver.spans()


def test_without_the_setting_nothing_is_sent_and_nothing_loaded_that_would(
    stack: Stack, owner: Person, receiver: Receiver, log: Path
) -> None:
    # Where OpenTelemetry itself would send to, if anybody asked it to.
    elsewhere = {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": receiver.url, "OTEL_BSP_SCHEDULE_DELAY": "50"}
    with api(log, elsewhere | {"NEXTBATCH_TRACES": ""}) as url:
        headers = bearer(owner) | {"traceparent": f"00-{TRACE}-{PARENT}-01", "X-Request-ID": "off"}
        httpx.get(f"{url}/api/v1/me", headers=headers).raise_for_status()
    assert not receiver.bodies
    (line,) = [line for line in lines_of(log) if line.get("request_id") == "off"]
    assert "trace_id" not in line
    program = "import sys; from app.main import serve; serve(); print('app.traces.discreet' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "False"


@pytest.mark.parametrize("listens", [False, True], ids=["nobody is there", "somebody takes and says nothing"])
def test_a_receiver_that_is_away_breaks_nothing_and_nobody_waits_for_it(
    stack: Stack, owner: Person, log: Path, listens: bool
) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", free_port()))
        if listens:
            silent.listen()
        port = silent.getsockname()[1]
        environment = {"NEXTBATCH_TRACES": f"http://127.0.0.1:{port}", "OTEL_BSP_SCHEDULE_DELAY": "1"}
        environment["OTEL_BSP_MAX_QUEUE_SIZE"] = environment["OTEL_BSP_MAX_EXPORT_BATCH_SIZE"] = "8"
        with api(log, environment) as url, httpx.Client(headers=bearer(owner), timeout=4) as client:
            for _ in range(40):  # more spans than are kept, each in less than one try to send takes
                client.get(f"{url}/api/v1/me").raise_for_status()
            ends = time.monotonic()
        assert time.monotonic() - ends < 10  # a stop waits two seconds for what is left


def test_an_installation_without_the_extra_says_what_to_install(stack: Stack, tmp_path: Path) -> None:
    # As if it were not installed.
    program = """
import sys
class Away:
    def find_spec(self, name, *_):
        if name == "opentelemetry.exporter":
            raise ModuleNotFoundError("No module named " + name, name=name)
sys.meta_path.insert(0, Away())
import {module}
{call}
"""
    environment = os.environ | {"NEXTBATCH_TRACES": "http://127.0.0.1:1/v1/traces"}
    for module, call in (("app.main", "app.main.serve()"), ("workers.celery_app", "")):
        command = [sys.executable, "-c", program.format(module=module, call=call)]
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert ended.returncode != 0
        assert "NEXTBATCH_TRACES needs opentelemetry.exporter: install nextbatch[traces]." in ended.stderr


@pytest.mark.parametrize("wrong", ["collector:4318", "grpc://collector:4317", "http://"])
def test_what_is_no_address_is_refused_at_the_start(wrong: str) -> None:
    program = "from app.config import get_settings; get_settings()"
    environment = os.environ | {"NEXTBATCH_TRACES": wrong}
    ended = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False
    )
    assert "is no address such as http://collector:4318/v1/traces" in ended.stderr

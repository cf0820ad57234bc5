"""A receiver of OTLP over HTTP, and services that send their traces there."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from app.embedded import free_port

Traced = Span  # so that tests need not know where it is from


@dataclass
class Receiver:
    """What was sent here: whole requests as they came, and the spans in them."""

    port: int
    bodies: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1/traces"

    @property
    def environment(self) -> dict[str, str]:
        """What makes a process send its traces here, without waiting for more of them."""
        return {"NEXTBATCH_TRACES": self.url, "OTEL_BSP_SCHEDULE_DELAY": "50"}

    def spans(self, trace: str | None = None) -> list[Span]:
        """All spans, or those of one trace."""
        requests = [ExportTraceServiceRequest.FromString(body) for body in list(self.bodies)]
        of_resources = [resource for request in requests for resource in request.resource_spans]
        scopes = [scope for resource in of_resources for scope in resource.scope_spans]
        return [span for scope in scopes for span in scope.spans if trace in (None, span.trace_id.hex())]

    def named(self, name: str, trace: str | None = None) -> list[Span]:
        return [span for span in self.spans(trace) if span.name == name]


def values(span: Span) -> dict[str, str]:
    return {pair.key: pair.value.string_value or str(pair.value.int_value) for pair in span.attributes}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    here = Receiver(0)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            here.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        here.port = server.server_address[1]
        serving = Thread(target=server.serve_forever)
        serving.start()
        yield here
        server.shutdown()
        serving.join()


@contextmanager
def api(log: Path, environment: dict[str, str]) -> Iterator[str]:
    """Another API process; after the block it has ended, and sent what it had to."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "app.main:serve", "--factory", "--port", str(port)]
    with (
        log.open("wb") as out,
        subprocess.Popen(command, env=os.environ | environment, stdout=out, stderr=out) as process,
    ):
        try:
            end = time.monotonic() + 60
            while b"Uvicorn running" not in log.read_bytes():
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < end
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()

"""Places outside the service: buckets, and a web server."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import pytest

from tests.stack import Stack
from tests.stores.buckets import bucket, s3_server


@pytest.fixture(scope="session")
def pictures(stack: Stack) -> Iterator[Any]:
    """The bucket `pictures`, of which `pictures/open/` may be imported."""
    with s3_server(stack.buckets_port):
        yield bucket("pictures", stack.buckets_port)


@pytest.fixture
def folder() -> str:
    """A folder that may be imported, for one test."""
    return f"pictures/open/{uuid4().hex}"


class Web(ThreadingHTTPServer):
    """Answers with `files`, by path, and redirects from the keys of `redirects`; notes what is asked."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.files: dict[str, bytes] = {}
        self.redirects: dict[str, str] = {}
        self.asked: list[str] = []


class _Handler(BaseHTTPRequestHandler):
    server: Web

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        data = self.server.files.get(self.path)
        to = self.server.redirects.get(self.path)
        self.send_response(302 if to else 200 if data is not None else 404)
        if to:
            self.send_header("Location", to)
        self.send_header("Content-Length", str(len(data or b"")))
        self.end_headers()
        self.wfile.write(data or b"")

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def web(stack: Stack) -> Iterator[Web]:
    """A web server on this machine, whose `/open/` may be imported by its number."""
    with Web(stack.web_port) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()

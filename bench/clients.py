"""Clients that ask a server for one thing after the other, and what it costs the server."""

import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import psutil
from pool import person
from rich.console import Console

if TYPE_CHECKING:
    from app.supervisor import Supervisor

CLIENTS = 8
console = Console(highlight=False)


@dataclass(frozen=True)
class Measured:
    """Requests a second, and the CPU milliseconds of one in the server and its database."""

    per_second: float
    cpu_ms: float


class Line:
    """A connection that is kept open; as light as can be, since it shares the cores."""

    def __init__(self, url: str, headers: str) -> None:
        address = urlsplit(url)
        self._head = f"Host: {address.netloc}\r\n{headers}"
        self._socket = socket.create_connection((address.hostname or "", address.port or 80))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, path: str, *headers: str) -> tuple[int, bytes, int]:
        """Status, head, and length of the body."""
        more = "".join(f"{header}\r\n" for header in headers)
        self._socket.sendall(f"GET {path} HTTP/1.1\r\n{self._head}{more}\r\n".encode())
        got = self._socket.recv(1 << 18)
        while (end := got.find(b"\r\n\r\n")) < 0:
            got += self._socket.recv(1 << 18)
        length = re.search(rb"content-length: (\d+)", got[:end], re.IGNORECASE)
        body = int(length[1]) if length else 0
        missing = body - (len(got) - end - 4)
        while missing > 0:
            missing -= len(self._socket.recv(1 << 18))
        return int(got[9:12]), got[:end], body


def measure(
    url: str,
    paths: list[str],
    headers: str,
    server: list[psutil.Process],
    seconds: float,
    *,
    known: bool = False,
) -> Measured:
    """Let all clients ask for so long; `known`: for what they have already."""
    counts, wrong = [0] * CLIENTS, []

    def ask(number: int) -> None:
        line = Line(url, headers)
        tags = {}
        if known:
            for path in paths:
                found = re.search(rb"etag: ([^\r]+)", line.get(path)[1], re.IGNORECASE)
                tags[path] = f"If-None-Match: {found[1].decode()}" if found else ""
        ready.wait()
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            path = paths[(number + counts[number]) % len(paths)]
            status, _, length = line.get(path, *([tags[path]] if known else []))
            if status != (304 if known else 200) or (length == 0) != known:
                wrong.append(status)
            counts[number] += 1

    ready = threading.Barrier(CLIENTS + 1)
    threads = [threading.Thread(target=ask, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    ready.wait()
    before, begun = cpu_seconds(server), time.perf_counter()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begun
    if wrong:
        sys.exit(f"{len(wrong)} answers were wrong, as {wrong[0]}.")
    return Measured(sum(counts) / took, 1000 * (cpu_seconds(server) - before) / sum(counts))


def cpu_seconds(processes: list[psutil.Process]) -> float:
    parts = [part for one in processes for part in [one, *one.children(recursive=True)]]
    return sum(part.cpu_times().user + part.cpu_times().system for part in parts)


@contextmanager
def started() -> Iterator[tuple["Supervisor", str]]:
    """Run the service on the data folder that is set; yields it, and an administrator's token."""
    from app.db.session import unit_of_work  # noqa: PLC0415  # like the app, not before the data folder is set
    from app.service import service  # noqa: PLC0415

    with service(host="127.0.0.1", port=0, say=console.print) as supervisor:
        with unit_of_work() as work:
            _, token = person(work.session)
        yield supervisor, token


def processes_of(supervisor: "Supervisor") -> list[psutil.Process]:
    """The API and PostgreSQL; backends are its children."""
    postgres = [p for p in psutil.process_iter(["name", "ppid"]) if p.info["name"] == "postgres"]
    first = [p for p in postgres if p.info["ppid"] not in {q.pid for q in postgres}]
    return [psutil.Process(supervisor.process("api").pid), *first]


@contextmanager
def peer(program: str, path: str, *arguments: str) -> Iterator[tuple[str, psutil.Process]]:
    """Run a program that serves on the port it is told last; yields its address once `path` is there."""
    from app.embedded import free_port  # noqa: PLC0415

    port = free_port()
    with subprocess.Popen([sys.executable, "-c", program, *arguments, str(port)]) as process:
        try:
            _wait_for(f"http://127.0.0.1:{port}{path}")
            yield f"http://127.0.0.1:{port}", psutil.Process(process.pid)
        finally:
            process.terminate()


def _wait_for(url: str) -> None:
    for _ in range(100):
        try:
            httpx.get(url).raise_for_status()
            return
        except httpx.TransportError:
            time.sleep(0.1)
    sys.exit("The peer did not start.")

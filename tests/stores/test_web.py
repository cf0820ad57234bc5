"""Files of the web, and no way into the network behind the service."""

import socket
from typing import Any

import httpcore
import pytest

from app.config import get_settings
from app.domain.addresses import parse
from app.domain.errors import AddressNotAllowed
from app.storage import web as reading
from tests.stores.conftest import Web


@pytest.fixture
def here(web: Web) -> str:
    return f"http://127.0.0.1:{web.server_port}"


def resolve(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Names have these numbers, the last ones for good; what was connected to."""
    left = list(answers)
    connected: list[str] = []

    def getaddrinfo(host: str, port: int, **_: Any) -> list[Any]:
        numbers = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (number, port)) for number in numbers]

    def connect_tcp(_: Any, host: str, *__: Any) -> httpcore.NetworkStream:
        connected.append(host)
        return httpcore.MockStream([b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"])

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect_tcp)
    monkeypatch.setattr(get_settings(), "import_urls", ["http://pictures.org/", "http://other.org/"])
    reading._pool.cache_clear()
    return connected


def test_a_file_is_read_by_a_number_that_is_allowed(web: Web, here: str) -> None:
    web.files["/open/a.png"] = b"cat"
    assert reading.fetch(parse(f"{here}/open/a.png"), 3) == b"cat"
    assert reading.fetch(parse(f"{here}/open/a.png"), 2) is None
    with pytest.raises(FileNotFoundError):
        reading.fetch(parse(f"{here}/open/b.png"), 3)


def test_what_is_not_allowed_is_not_even_asked_for(web: Web, here: str) -> None:
    with pytest.raises(AddressNotAllowed):
        reading.fetch(parse(f"{here}/secret"), 3)
    assert web.asked == []


@pytest.mark.parametrize("host", ["localhost", "2130706433"])
def test_a_name_that_leads_home_is_refused_though_it_is_allowed(web: Web, host: str) -> None:
    with pytest.raises(reading.NotPublic):
        reading.fetch(parse(f"http://{host}:{web.server_port}/open/a.png"), 3)
    assert web.asked == []


@pytest.mark.parametrize(
    "numbers",
    [
        ["127.0.0.1"],
        ["10.0.0.1"],
        ["169.254.169.254"],
        ["100.64.0.1"],
        ["0.0.0.0"],
        ["::1"],
        ["fe80::1"],
        ["fd00::1"],
        ["::ffff:127.0.0.1"],
        ["::ffff:10.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["2002:7f00:1::"],
        ["224.0.0.1"],
        ["93.184.216.34", "127.0.0.1"],
    ],
)
def test_a_name_with_a_number_that_is_not_public_is_refused(
    monkeypatch: pytest.MonkeyPatch, numbers: list[str]
) -> None:
    connected = resolve(monkeypatch, numbers)
    with pytest.raises(reading.NotPublic):
        reading.fetch(parse("http://pictures.org/a.png"), 3)
    assert connected == []


def test_the_connection_goes_to_the_number_that_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    connected = resolve(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    assert reading.fetch(parse("http://pictures.org/a.png"), 3) == b"hi"
    assert connected == ["93.184.216.34"]


@pytest.mark.parametrize(
    "to",
    [
        "/secret",
        "http://localhost:{port}/open/b.png",
        "http://[::1]:{port}/open/b.png",
        "file:///etc/passwd",
        "s3://pictures/open/b.png",
    ],
)
def test_a_redirect_leads_nowhere_that_the_address_itself_may_not(web: Web, here: str, to: str) -> None:
    web.redirects["/open/a.png"] = to.format(port=web.server_port)
    with pytest.raises(AddressNotAllowed):
        reading.fetch(parse(f"{here}/open/a.png"), 3)
    assert web.asked == ["/open/a.png"]


def test_redirects_are_followed_below_what_is_allowed_but_not_for_ever(web: Web, here: str) -> None:
    web.files["/open/b.png"] = b"dog"
    web.redirects |= {"/open/a.png": "b.png", "/open/c.png": "/open/c.png"}
    assert reading.fetch(parse(f"{here}/open/a.png"), 3) == b"dog"
    with pytest.raises(OSError, match="redirects more than"):
        reading.fetch(parse(f"{here}/open/c.png"), 3)

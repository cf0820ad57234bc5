"""Files on the web, without a way into the network behind this service.

Names are resolved here, every address they have is checked, and the connection goes to a checked address:
nobody can answer differently between looking and connecting. Redirects are followed one by one, each checked
like the first address. A host in this network can be read only if an allowed address names it by its number.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable
from functools import lru_cache
from io import BytesIO
from typing import Any, Final, Protocol
from urllib.parse import urljoin

import httpcore

from app.domain.addresses import WEB, Address, NoAddress, parse
from app.domain.errors import AddressNotAllowed
from app.storage.allowed import check_allowed

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 5
_SILENCE_SECONDS = 30.0
_FILE_SECONDS = 600.0
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class NotPublic(AddressNotAllowed):
    """The host's name leads into a network that is not public."""

    code = "address_not_public"


class Writable(Protocol):
    """A file that is written."""

    def write(self, data: bytes, /) -> int:
        """Add bytes."""


def fetch(address: Address, limit: int) -> bytes | None:
    """Return a file's bytes, None if they are more than `limit`; raises as `fetch_into`."""
    file = BytesIO()
    return file.getvalue() if fetch_into(address, file, limit) else None


def fetch_into(address: Address, file: Writable, limit: int) -> bool:
    """Write a file's bytes; tells whether they were no more than `limit`.

    Raises FileNotFoundError, OSError, and AddressNotAllowed for it and for whatever it redirects to.
    """
    until = time.monotonic() + _FILE_SECONDS
    for _ in range(_MOST_REDIRECTS + 1):
        check_allowed(address)
        try:
            found = _get(address, file, limit, until)
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
            raise OSError(f"{address.place} does not answer: {error or type(error).__name__}") from error
        if isinstance(found, bool):
            return found
        address = _redirected(address, found)
    raise OSError(f"{address.place} redirects more than {_MOST_REDIRECTS} times")


def _redirected(address: Address, to: str) -> Address:
    try:
        there = parse(urljoin(str(address), to))
    except NoAddress as error:
        raise AddressNotAllowed(f"{address.place} redirects to what is no address.") from error
    if there.scheme not in WEB:
        raise AddressNotAllowed(f"{address.place} redirects away from the web.")
    return there


def _get(address: Address, file: Writable, limit: int, until: float) -> bool | str:
    """Whether all of it is written; or where else it is."""
    headers = [("Host", address.place), ("Accept-Encoding", "identity"), ("User-Agent", "nextbatch")]
    url = httpcore.URL(f"{address.scheme}://{address.place}{address.target}")
    timeout = dict.fromkeys(("connect", "read", "write", "pool"), _SILENCE_SECONDS)
    with _pool().stream("GET", url, headers=headers, extensions={"timeout": timeout}) as response:
        told = {name.lower(): value for name, value in response.headers}
        if response.status in _REDIRECTS and b"location" in told:
            return told[b"location"].decode("latin-1")
        if response.status in (404, 410):
            raise FileNotFoundError(f"{address.place} has no such file")
        if response.status != 200:
            raise OSError(f"{address.place} answers {response.status}")
        total = 0
        for chunk in response.iter_stream():
            total += len(chunk)
            if total > limit:
                return False
            file.write(chunk)
            if time.monotonic() > until:
                raise OSError(f"{address.place} takes too long")
        return True


@lru_cache
def _pool() -> httpcore.ConnectionPool:
    return httpcore.ConnectionPool(
        ssl_context=ssl.create_default_context(), max_connections=32, network_backend=_Checked()
    )


class _Checked(httpcore.NetworkBackend):
    """Connects to addresses that were looked at, never to names."""

    def __init__(self) -> None:
        self._lines = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        return self._lines.connect_tcp(
            public_address(host, port), port, timeout, local_address, socket_options
        )


def public_address(host: str, port: int) -> str:
    """Return a number that a host's name has; raises NotPublic if any of them is not public.

    A host that is a number itself was allowed as that number, because addresses are compared as they are
    written; other ways to write a number (`2130706433`, `0x7f.1`) are names like any other.
    """
    literal = host.strip("[]")
    try:
        ipaddress.ip_address(literal)
    except ValueError:
        pass
    else:
        return literal
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"{host} is not known") from error
    numbers = [str(entry[4][0]) for entry in found]
    if not numbers or not all(is_public(number) for number in numbers):
        raise NotPublic(f"{host} is in a network that is not public.")
    return numbers[0]


def is_public(number: str) -> bool:
    """Tell whether an IP address is one of the internet, and so are the ones that it stands for."""
    address = ipaddress.ip_address(number.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
        if inner is not None:
            return is_public(str(inner))
        if address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved

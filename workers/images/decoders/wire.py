"""What is said between a worker's process and its decoders: a little JSON, and bytes behind it.

No pickles: a decoder that a hostile file took over must not be able to make its parent do anything.
Used on both sides, so it imports next to nothing.
"""

import json
import socket
import struct
import time
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

_HEAD = struct.Struct(">I")
_MOST_HEAD_BYTES = 2**20


class Garbled(Exception):
    """What came is not what is said here."""


def send(
    channel: socket.socket, said: dict[str, Any], parts: Sequence[bytes], until: float | None = None
) -> None:
    """Send JSON with parts of bytes. Raises OSError; TimeoutError after `until`, on the monotonic clock."""
    head = json.dumps(said | {"parts": [len(part) for part in parts]}).encode()
    for piece in (_HEAD.pack(len(head)) + head, *parts):
        channel.settimeout(_left(until))
        channel.sendall(piece)


def receive(
    channel: socket.socket, most_bytes: int, until: float | None = None
) -> tuple[dict[str, Any], list[memoryview]]:
    """Receive what `send` sent, with at most so many bytes of parts, which may be written to.

    Raises EOFError if the other side has gone, Garbled, OSError, and TimeoutError after `until`.
    """
    (size,) = _HEAD.unpack(_exactly(channel, _HEAD.size, until))
    if size > _MOST_HEAD_BYTES:
        raise Garbled
    try:
        said = json.loads(_exactly(channel, size, until))
        sizes = said.pop("parts")
        if not all(isinstance(size, int) and size >= 0 for size in sizes) or sum(sizes) > most_bytes:
            raise Garbled
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Garbled from error
    whole = memoryview(_exactly(channel, sum(sizes), until))
    ends = list(accumulate(sizes))
    return said, [whole[end - size : end] for size, end in zip(sizes, ends, strict=True)]


def _exactly(channel: socket.socket, size: int, until: float | None) -> bytearray:
    data = bytearray(size)
    rest = memoryview(data)
    while rest:
        channel.settimeout(_left(until))
        count = channel.recv_into(rest)
        if count == 0:
            raise EOFError
        rest = rest[count:]
    return data


def _left(until: float | None) -> float | None:
    if until is None:
        return None
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left

"""Works that do to their process what hostile files do, as their bytes say. Imported by decoders alone."""

import ctypes
import os
import socket
import time
from pathlib import Path
from typing import Any

from workers.images.decoders import picture_work

CRASH, HANG, HOARD = b"please crash", b"please hang", b"please hoard"
TRIED = "tried"


def do(data: bytes) -> None:
    """What the bytes ask for."""
    if CRASH in data:
        ctypes.string_at(0)
    if HANG in data:
        while True:
            pass
    if HOARD in data:
        kept = []
        while True:
            kept.append(bytearray(2**24))


def work(asked: dict[str, Any], data: memoryview) -> tuple[dict[str, Any], list[bytes]]:
    """An image's work on bytes that ask for nothing; and some more, for tests of the processes."""
    do(bytes(data))
    if "pixels" in asked:
        return picture_work.work(asked, data)
    match asked.get("do"):
        case "say":
            return asked["said"], []
        case "raise":
            raise ValueError("a mistake of ours")
        case "sleep":
            time.sleep(asked["seconds"])
        case "open":
            return {TRIED: [_tried(path) for path in asked["paths"]]}, []
        case "connect":
            return {TRIED: _connected()}, []
        case "tell":
            return {"environment": sorted(os.environ)}, []
    return {"pid": os.getpid(), "size": len(data)}, [bytes(data[:3]), b"", bytes(data[3:])]


def _tried(path: str) -> str:
    try:
        Path(path).open("ab").close()
    except OSError as error:
        return str(error.strerror)
    return "opened"


def _connected() -> str:
    try:
        socket.socket().close()
    except OSError as error:
        return str(error.strerror)
    return "connected"

"""Parts of a file, as a request's `Range` asks for them (RFC 9110, section 14)."""

import re
from collections.abc import Callable, Iterator

from fastapi import Request
from fastapi.responses import Response, StreamingResponse

_ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_CHUNK_BYTES = 4 << 20


def answer_part(
    request: Request,
    read: Callable[[int, int], bytes],
    size: int,
    media_type: str,
    headers: dict[str, str],
) -> Response:
    """Answer with a file of `size` bytes, or the part that is asked for; `read(start, end)` gives bytes.

    Several ranges at once, and ranges of another version (`If-Range`), are answered with the whole.
    """
    headers = headers | {"Accept-Ranges": "bytes"}
    asked = _ONE_RANGE.fullmatch(request.headers.get("range", "").strip())
    if asked and asked[0] != "bytes=-" and request.headers.get("if-range") in (None, headers.get("ETag")):
        start, end = _bounds(asked[1], asked[2], size)
        if start >= end:
            return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{size}"})
        told = {"Content-Range": f"bytes {start}-{end - 1}/{size}", "Content-Length": str(end - start)}
        return StreamingResponse(_chunks(read, start, end), 206, headers | told, media_type)
    told = {"Content-Length": str(size)}
    return StreamingResponse(_chunks(read, 0, size), 200, headers | told, media_type)


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    if not first:  # the last so many bytes
        return max(0, size - int(last)), size
    return int(first), min(size, int(last) + 1) if last else size


def _chunks(read: Callable[[int, int], bytes], start: int, end: int) -> Iterator[bytes]:
    for at in range(start, end, _CHUNK_BYTES):
        yield read(at, min(end, at + _CHUNK_BYTES))

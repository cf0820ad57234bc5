"""Bytes that never change: images by content hash, weights, exports."""

from functools import partial
from pathlib import Path
from typing import Any, Literal

from fastapi import Request
from fastapi.responses import FileResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from app.api.parts import answer_part
from app.config import get_settings
from app.db.images import Stored
from app.domain.errors import DomainError, NotFound
from app.storage.blobs import blob_store
from app.storage.keys import RenditionName, is_its_own_thumb, rendition_of
from app.storage.originals import link_to_original, read_original

Size = Literal["full", "display", "thumb"]
_SMALL_BYTES = 1 << 18
# What an answer with a file may be besides the file.
RESPONSES: dict[int | str, dict[str, Any]] = {
    206: {"description": "The part that `Range` asks for"},
    416: {"description": "`Range` asks for no part of it"},
}
IMMUTABLE_RESPONSES = RESPONSES | {
    304: {"description": "The caller has it already"},
    307: {"description": "Where it is to be had"},
}


async def immutable(request: Request, image: Stored, size: Size) -> Response:
    """Answer with an image's bytes, or 304 if the caller has them already."""
    etag = f'"{image.sha256}-{size}"'
    headers = {
        "ETag": etag,
        "Cache-Control": "private, max-age=31536000, immutable",
        # The bytes are a stranger's: a browser must show them as the image they were decoded as.
        "X-Content-Type-Options": "nosniff",
    }
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return await run_in_threadpool(_content, request, image, size, headers)


def _content(request: Request, image: Stored, size: Size, headers: dict[str, str]) -> Response:
    name = _rendition_for(image, size)
    media_type = f"image/{image.format.lower()}" if name is None else "image/webp"
    if link := _link(image, name, media_type):
        seconds = get_settings().presigned_seconds
        return RedirectResponse(link, 307, {"Cache-Control": f"private, max-age={seconds // 2}"})
    if size == "full":
        if image.source_uri is None:
            return blob(request, image.sha256, media_type, None, headers)
        data = _original(image)
        return answer_part(request, lambda start, end: data[start:end], len(data), media_type, headers)
    found = _small(image.sha256, name, parts="range" in request.headers)
    if found is None:
        raise NotFound("The picture is missing from the store.", sha256=image.sha256)
    if isinstance(found, Path):
        return FileResponse(found, media_type=media_type, headers=headers)
    if "range" in request.headers:
        return answer_part(request, lambda start, end: found[start:end], len(found), media_type, headers)
    return Response(found, media_type=media_type, headers=headers | {"Accept-Ranges": "bytes"})


def _rendition_for(image: Stored, size: Size) -> RenditionName | None:
    """The rendition that is shown; None for the file itself."""
    own = is_its_own_thumb(image.format, image.width, image.height, image.bytes)
    if size == "full" or (own and image.source_uri is None):
        return None
    return rendition_of(size, image.width, image.height)


def _original(image: Stored) -> bytes:
    """An original that is referenced; errors do not tell where, which is for engineers to know."""
    try:
        return read_original(blob_store(), image.sha256, image.source_uri)
    except DomainError as error:
        raise type(error)("The original cannot be read where it lies.", sha256=image.sha256) from error


def _link(image: Stored, name: RenditionName | None, media_type: str) -> str | None:
    """A URL at which the picture can be had without this service; None if the settings want none."""
    seconds = get_settings().presigned_seconds
    if seconds == 0:
        return None
    store = blob_store()
    try:
        if name is None:
            return link_to_original(store, image.sha256, image.source_uri, media_type, seconds)
        return store.link(image.sha256, name, media_type, seconds)
    except (OSError, DomainError):  # reading it says what is wrong, or works
        return None


def _small(sha256: str, name: RenditionName | None, *, parts: bool) -> bytes | Path | None:
    """A small picture's bytes, which cost a thread less than a file; else its place; None: missing."""
    store = blob_store()
    path = store.local_path(sha256) if name is None else store.rendition_path(sha256, name)
    if path is not None:
        return path if parts or path.stat().st_size > _SMALL_BYTES else path.read_bytes()
    if name is not None:
        return store.read_rendition(sha256, name)
    try:
        return store.read(sha256)
    except FileNotFoundError:
        return None


def blob(
    request: Request,
    sha256: str,
    media_type: str,
    filename: str | None,
    headers: dict[str, str] | None = None,
) -> Response:
    """Answer with a stored file or a part of it, as a download if it has a name; raises NotFound."""
    store = blob_store()
    if path := store.local_path(sha256):
        return FileResponse(path, media_type=media_type, filename=filename, headers=headers)
    try:
        size = store.size(sha256)
    except FileNotFoundError as error:
        raise NotFound("The file is missing from the store.", sha256=sha256) from error
    disposition = {"Content-Disposition": f'attachment; filename="{filename}"'} if filename else {}
    told = (headers or {}) | disposition
    return answer_part(request, partial(store.read_part, sha256), size, media_type, told)

"""Bytes that never change: images by content hash, weights, exports."""

from functools import lru_cache
from typing import Literal

from fastapi import Request
from fastapi.responses import FileResponse, Response, StreamingResponse

from app.config import get_settings
from app.db.models import Image
from app.domain.errors import NotFound
from app.storage.blobs import BlobStore

Size = Literal["full", "display", "thumb"]
_CHUNK_BYTES = 1 << 20


@lru_cache
def blob_store() -> BlobStore:
    """Return this process's store."""
    return BlobStore(str(get_settings().blob_root))


def immutable(request: Request, image: Image, size: Size) -> Response:
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
    if size == "full":
        return blob(image.sha256, f"image/{image.format.lower()}", None, headers)
    store = blob_store()
    if path := store.rendition_path(image.sha256, size):
        return FileResponse(path, media_type="image/webp", headers=headers)
    data = store.read_rendition(image.sha256, size)
    if data is None:
        raise NotFound("The picture is missing from the store.", sha256=image.sha256)
    return Response(data, media_type="image/webp", headers=headers)


def blob(
    sha256: str, media_type: str, filename: str | None, headers: dict[str, str] | None = None
) -> Response:
    """Answer with a stored file, as a download if it has a name; raises NotFound."""
    store = blob_store()
    if path := store.local_path(sha256):
        return FileResponse(path, media_type=media_type, filename=filename, headers=headers)
    if not store.exists(sha256):
        raise NotFound("The file is missing from the store.", sha256=sha256)
    file = store.open(sha256)
    disposition = {"Content-Disposition": f'attachment; filename="{filename}"'} if filename else {}
    chunks = iter(lambda: file.read(_CHUNK_BYTES), b"")
    return StreamingResponse(chunks, media_type=media_type, headers=(headers or {}) | disposition)

"""No request body grows beyond what the settings allow, whatever its headers say."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.config import get_settings

_PLAIN_BYTES = 4 * 2**20


class BodyLimit:
    """ASGI middleware that answers 413: imports may be large, everything else is a few mebibytes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting its body."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = get_settings().max_upload_bytes if scope["path"].endswith("/imports") else _PLAIN_BYTES
        declared = Headers(scope=scope).get("content-length", "0")
        too_large = HTTPException(413, f"The request is larger than {limit / 2**20:g} MiB.")
        seen = int(declared) if declared.isdigit() else 0
        refused = seen > limit
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            if refused:
                raise too_large
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise too_large
            return message

        await self.app(scope, counted, send)

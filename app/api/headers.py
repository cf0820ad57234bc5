"""What every answer tells the browser not to do."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.config import get_settings


def content_policy() -> str:
    """Return the policy of pages: scripts are ours alone, styles may be inline, nobody frames us."""
    # Signed links lead to wherever the bucket is.
    images = "'self' data:" + (" https: http:" if get_settings().presigned_seconds else "")
    return (
        f"default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src {images}; "
        "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


def safe_headers() -> dict[str, str]:
    """Return what every answer has; the policy is that of pages."""
    headers = {
        "Content-Security-Policy": content_policy(),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    if get_settings().secure_cookies:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers


def _raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


class SafeHeaders:
    """ASGI middleware that adds them to whatever has none of the kind."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._ours = _raw(safe_headers())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and its answer back with more headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                there = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(header for header in self._ours if header[0] not in there),
                ]
            await send(message)

        await self.app(scope, receive, guarded)

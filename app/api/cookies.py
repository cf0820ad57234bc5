"""The browser session's cookie, and the address that a request came from."""

from fastapi import Request, Response

from app.api.access import COOKIE
from app.config import get_settings


def set_session(response: Response, secret: str) -> None:
    """Let the browser keep a session's secret."""
    settings = get_settings()
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(settings.session_hours * 3600),
        httponly=True,
        samesite="lax",
        secure=settings.secure_cookies,
    )


def address_of(request: Request) -> str:
    """Return the address of the caller; Uvicorn takes a trusted proxy's word for it."""
    return request.client.host if request.client else ""

"""The cookies of browser sessions and of sign-ins under way, and where a request came from."""

from fastapi import Request, Response

from app.config import get_settings

_LONGEST = 300  # characters of what a browser calls itself


def cookie_name() -> str:
    """Return the cookie's name; over HTTPS it is one that browsers take from this very host alone.

    A neighbour below the same domain could set any other for us, and so sign somebody in as somebody else.
    """
    return "__Host-nextbatch" if get_settings().secure_cookies else "nextbatch_session"


def flow_cookie_name() -> str:
    """Return the name of the cookie of a sign-in that is at the OpenID provider; as the session's."""
    return "__Host-nextbatch-oidc" if get_settings().secure_cookies else "nextbatch_oidc"


def set_session(response: Response, secret: str) -> None:
    """Let the browser keep a session's secret."""
    _set(response, cookie_name(), secret, int(get_settings().session_hours * 3600))


def forget_session(response: Response) -> None:
    """Let the browser forget its session's secret."""
    _set(response, cookie_name(), "", 0)


def set_flow(response: Response, secret: str, seconds: int) -> None:
    """Let the browser keep the secret of its sign-in until it comes back."""
    _set(response, flow_cookie_name(), secret, seconds)


def forget_flow(response: Response) -> None:
    """Let the browser forget the secret of its sign-in."""
    _set(response, flow_cookie_name(), "", 0)


def _set(response: Response, name: str, value: str, seconds: int) -> None:
    # Lax: the provider's page leads back here, from another site.
    secure = get_settings().secure_cookies
    response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="lax", secure=secure)


def secret_of(request: Request) -> str | None:
    """Return the secret of the browser's session, if it shows one."""
    return request.cookies.get(cookie_name())


def flow_of(request: Request) -> str | None:
    """Return the secret of the browser's sign-in, if one is under way."""
    return request.cookies.get(flow_cookie_name())


def browser_of(request: Request) -> str:
    """Return what the caller's browser calls itself."""
    return request.headers.get("user-agent", "")[:_LONGEST]


def address_of(request: Request) -> str:
    """Return the address of the caller; Uvicorn takes a trusted proxy's word for it."""
    return request.client.host if request.client else ""

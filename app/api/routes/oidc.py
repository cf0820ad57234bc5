"""Signing in at an OpenID provider: there, and back."""

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Query, Request
from fastapi.responses import RedirectResponse

from app.api.access import IsAdmin
from app.api.cookies import browser_of, flow_of, forget_flow, set_flow, set_session
from app.api.router import Router
from app.api.transaction import Work, in_turn
from app.config import get_settings
from app.db.session import UnitOfWork
from app.domain.errors import DomainError
from app.schemas.oidc import OidcOption, OwnPath, SignInOptions
from app.services import oidc, sessions
from app.services.provider import OpenIdProvider, Said

router = Router(tags=["accounts"])
ERROR = "sign_in_error"  # with which the pages are told why somebody is not signed in


def _provider(request: Request) -> OpenIdProvider:
    provider: OpenIdProvider | None = request.app.state.oidc
    if provider is None:
        raise oidc.OidcOff("Signing in by OpenID Connect is not configured.")
    return provider


def _callback_of(request: Request) -> str:
    """Return where the provider leads back to: this service, as the browser calls it."""
    scheme = "https" if get_settings().secure_cookies else request.url.scheme
    return f"{scheme}://{request.headers.get('host', '')}{request.app.url_path_for('oidc_callback')}"


def _to(url: str) -> RedirectResponse:
    return RedirectResponse(url, 303, headers={"Cache-Control": "no-store"})


def _back(path: str, error: DomainError) -> RedirectResponse:
    """Lead to the page that somebody came from; it asks to sign in, and says what was wrong."""
    return _to(f"{path}{'&' if '?' in path else '?'}{urlencode({ERROR: error.code})}")


@router.get("/sign-in-options")
def sign_in_options(request: Request) -> SignInOptions:
    """Tell how one may sign in."""
    name = get_settings().oidc_name
    return SignInOptions(password=True, oidc=OidcOption(name=name) if request.app.state.oidc else None)


@router.get("/oidc/start", status_code=303, response_class=RedirectResponse)
async def oidc_start(request: Request, to: Annotated[OwnPath, Query()] = "/") -> RedirectResponse:
    """Lead a browser to the OpenID provider; `to` is the page of this service that it comes back to."""
    provider, redirect_uri = _provider(request), _callback_of(request)
    try:
        departure = await provider.departure(redirect_uri)
    except DomainError as error:
        return _back(to, error)
    secret = await in_turn(request, lambda work: oidc.begin(work.session, departure, redirect_uri, to))
    answer = _to(departure.url)
    set_flow(answer, secret, oidc.FLOW_SECONDS)
    return answer


@router.get("/oidc/callback", status_code=303, response_class=RedirectResponse)
async def oidc_callback(
    request: Request, state: str | None = None, code: str | None = None, error: str | None = None
) -> RedirectResponse:
    """Open a browser session for whom the OpenID provider sends back, or tell why not (`sign_in_error`)."""
    provider, path = _provider(request), "/"
    try:
        flow = await in_turn(request, lambda work: oidc.take(work.session, flow_of(request), state))
        path = flow.path
        if error or not code:
            raise oidc.ProviderRefused("You were not signed in by the OpenID provider.")
        said = await provider.said(code, flow)
        secret = await in_turn(request, lambda work: _sign_in(work, request, provider.issuer, said))
    except DomainError as refused:
        answer = _back(path, refused)
    else:
        answer = _to(path)
        set_session(answer, secret)
    forget_flow(answer)
    return answer


@router.delete("/users/{user_id}/identities", status_code=204)
def unlink_identities(user_id: UUID, work: Work, _: IsAdmin) -> None:
    """Forget how OpenID providers know somebody, who is signed out; the next sign-in links them anew."""
    oidc.unlink(work.session, user_id)


def _sign_in(work: UnitOfWork, request: Request, issuer: str, said: Said) -> str:
    user = oidc.person(work.session, issuer, said)
    return sessions.open_session(work.session, user, browser_of(request))

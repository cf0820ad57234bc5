"""The browsers in which the caller is signed in."""

from uuid import UUID

from fastapi import Request, Response

from app.api.access import SignedIn
from app.api.cookies import address_of, browser_of, forget_session, secret_of, set_session
from app.api.paging import Cursor, Limit
from app.api.router import Router
from app.api.transaction import Work
from app.db import accounts as rows
from app.db.models import Session
from app.db.paging import read_page
from app.schemas.accounts import BrowserOut, Login, Me
from app.schemas.base import Page
from app.services import accounts, sessions

router = Router(tags=["accounts"])


@router.post("/auth/login")
def login(body: Login, request: Request, response: Response, work: Work) -> Me:
    """Open a browser session."""
    user = accounts.check_login(work.session, body.email, body.password, address_of(request))
    set_session(response, sessions.open_session(work.session, user, browser_of(request)))
    return accounts.me(work.session, user)


@router.post("/auth/logout", status_code=204)
def logout(request: Request, response: Response, work: Work, _: SignedIn) -> None:
    """End the browser session."""
    if secret := secret_of(request):
        sessions.sign_out(work.session, secret)
    forget_session(response)


@router.get("/sessions")
def list_sessions(
    request: Request, work: Work, user: SignedIn, cursor: Cursor = None, limit: Limit = 100
) -> Page[BrowserOut]:
    """List the browsers in which the caller is signed in, the newest session first."""
    query = rows.sessions_of(user.id)
    found, after = read_page(work.session, query, [Session.id], cursor, limit, descending=True)
    own = secret_of(request)
    return Page(items=[sessions.out(row, own) for row, *_ in found], next_cursor=after)


@router.delete("/sessions/{session_id}", status_code=204)
def end_session(session_id: UUID, work: Work, user: SignedIn) -> None:
    """Sign out one of the caller's browsers."""
    sessions.end(work.session, user, session_id)


@router.delete("/sessions", status_code=204)
def end_other_sessions(request: Request, work: Work, user: SignedIn) -> None:
    """Sign out all of the caller's browsers but the one that asks; by token, all of them."""
    sessions.end_others(work.session, user, secret_of(request))

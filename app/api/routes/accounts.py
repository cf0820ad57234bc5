"""The caller, tokens and accounts."""

from uuid import UUID

from fastapi import Request, Response
from sqlalchemy import select

from app.api.access import IsAdmin, Signed, SignedIn, shown_by
from app.api.cookies import address_of, browser_of, secret_of, set_session
from app.api.paging import Cursor, Limit
from app.api.router import Router
from app.api.transaction import Work
from app.db import accounts as rows
from app.db.models import Token, User
from app.db.paging import read_page
from app.schemas.accounts import (
    Me,
    MePatch,
    PasswordChange,
    TokenCreate,
    TokenCreated,
    TokenOut,
    UserCreate,
    UserOut,
    UserPatch,
)
from app.schemas.base import Page
from app.services import accounts, sessions

router = Router(tags=["accounts"])


@router.get("/me")
def me(work: Work, user: SignedIn) -> Me:
    """Tell who the caller is."""
    return accounts.me(work.session, user)


@router.patch("/me")
def change_me(body: MePatch, work: Work, user: SignedIn) -> Me:
    """Change one's own name and preferences; what is absent stays."""
    accounts.change_own(work.session, user, body)
    return accounts.me(work.session, user)


@router.put("/me/password", status_code=204)
def change_password(
    body: PasswordChange, request: Request, response: Response, work: Work, user: SignedIn
) -> None:
    """Change one's own password; other browsers are signed out, API tokens stay."""
    accounts.change_password(work.session, user, body.old_password, body.new_password, address_of(request))
    if secret_of(request):
        set_session(response, sessions.open_session(work.session, user, browser_of(request)))


@router.get("/tokens")
def list_tokens(work: Work, user: SignedIn, cursor: Cursor = None, limit: Limit = 100) -> Page[TokenOut]:
    """List the caller's API tokens, without their secrets."""
    found, after = read_page(work.session, rows.tokens_of(user.id), [Token.id], cursor, limit)
    return Page(items=[TokenOut.model_validate(token) for token, *_ in found], next_cursor=after)


@router.post("/tokens", status_code=201)
def create_token(body: TokenCreate, request: Request, work: Work, user: SignedIn) -> TokenCreated:
    """Make an API token; its secret is shown this once. A token makes none that outlives itself."""
    shown = shown_by(request, Signed.access)
    token, secret = accounts.create_token(work.session, user, body, shown)
    work.session.refresh(token)
    return TokenCreated(**dict(TokenOut.model_validate(token)), token=secret)


@router.delete("/tokens/{token_id}", status_code=204)
def revoke_token(token_id: UUID, work: Work, user: SignedIn) -> None:
    """Revoke one of the caller's API tokens."""
    accounts.revoke_token(work.session, user, token_id)


@router.get("/users")
def list_users(work: Work, _: IsAdmin, cursor: Cursor = None, limit: Limit = 100) -> Page[UserOut]:
    """List all accounts."""
    found, after = read_page(work.session, select(User), [User.id], cursor, limit)
    return Page(items=[UserOut.model_validate(user) for user, *_ in found], next_cursor=after)


@router.post("/users", status_code=201)
def create_user(body: UserCreate, work: Work, _: IsAdmin) -> UserOut:
    """Add an account."""
    user = accounts.create_user(work.session, body)
    work.session.refresh(user)
    return UserOut.model_validate(user)


@router.patch("/users/{user_id}")
def change_user(user_id: UUID, body: UserPatch, work: Work, _: IsAdmin) -> UserOut:
    """Change an account."""
    return UserOut.model_validate(accounts.change_user(work.session, user_id, body))

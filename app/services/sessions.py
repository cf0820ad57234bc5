"""Signed-in browsers."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session as Database

from app.config import get_settings
from app.db import accounts
from app.db.models import Session, User
from app.domain.browsers import browser_named, system_named
from app.domain.errors import NotFound
from app.schemas.accounts import BrowserOut
from app.services.secrets import fingerprint, new_secret


def open_session(db: Database, user: User, user_agent: str) -> str:
    """Open a browser session; returns the cookie's secret."""
    secret = new_secret()
    expires = datetime.now(UTC) + timedelta(hours=get_settings().session_hours)
    accounts.add_session(
        db,
        Session(user_id=user.id, secret_hash=fingerprint(secret), user_agent=user_agent, expires_at=expires),
    )
    return secret


def out(row: Session, own: str | None) -> BrowserOut:
    """Return a session as its person sees it; `own` is the secret of the browser that asks."""
    return BrowserOut(
        id=row.id,
        browser=browser_named(row.user_agent),
        system=system_named(row.user_agent),
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        expires_at=row.expires_at,
        current=own is not None and row.secret_hash == fingerprint(own),
    )


def sign_out(db: Database, secret: str) -> None:
    """End the session of a browser."""
    accounts.end_session(db, fingerprint(secret))


def end(db: Database, user: User, session_id: UUID) -> None:
    """End one of a person's sessions; raises NotFound."""
    row = db.get(Session, session_id)
    if row is None or row.user_id != user.id:
        raise NotFound("There is no such session.")
    db.delete(row)


def end_others(db: Database, user: User, own: str | None) -> None:
    """End all of a person's sessions but that of the browser that asks."""
    accounts.end_sessions_of(db, user.id, but=fingerprint(own) if own else None)

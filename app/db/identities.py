"""How OpenID providers know people, and sign-ins that are at a provider now."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, exists, func, select, text
from sqlalchemy.orm import Session

from app.db.models import Identity, OidcFlow, User


def user_of(db: Session, issuer: str, subject: str) -> User | None:
    """Return the account of whom a provider knows by this subject."""
    query = select(User).join(Identity)
    return db.scalar(query.where(Identity.issuer == issuer, Identity.subject == subject))


def has_one(db: Session, user_id: UUID, issuer: str) -> bool:
    """Tell whether an account belongs to somebody whom the provider knows already."""
    query = select(exists().where(Identity.user_id == user_id, Identity.issuer == issuer))
    return bool(db.scalar(query))


def forget(db: Session, user_id: UUID) -> list[Identity]:
    """Delete an account's identities; returns what they were."""
    rows = list(db.scalars(select(Identity).where(Identity.user_id == user_id).with_for_update()))
    for row in rows:
        db.delete(row)
    return rows


def lock(db: Session) -> None:
    """Let nobody else add an identity until this transaction ends; reading goes on."""
    db.execute(text("LOCK TABLE identities IN SHARE ROW EXCLUSIVE MODE"))


def add_flow(db: Session, row: OidcFlow) -> None:
    """Store a sign-in that goes to the provider, and drop those that did not come back in time."""
    db.execute(delete(OidcFlow).where(OidcFlow.expires_at <= func.now()))
    db.add(row)


class Flow(NamedTuple):
    """What a sign-in needs when it comes back."""

    nonce: str
    code_verifier: str
    redirect_uri: str
    path: str


def take_flow(db: Session, secret_hash: str, state_hash: str) -> Flow | None:
    """Return a sign-in of this browser, to nobody a second time; None if there is none, or too late."""
    mine = (OidcFlow.secret_hash == secret_hash, OidcFlow.state_hash == state_hash)
    query = delete(OidcFlow).where(*mine, OidcFlow.expires_at > func.now())
    row = db.execute(
        query.returning(OidcFlow.nonce, OidcFlow.code_verifier, OidcFlow.redirect_uri, OidcFlow.path)
    ).one_or_none()
    return Flow(*row) if row else None

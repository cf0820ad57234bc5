"""When tokens and browser sessions were used last."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session as Db

from app.db.models import Session, Token
from app.db.seen import Secret, Shown

OF_TOKENS = timedelta(minutes=1)
OF_SESSIONS = timedelta(minutes=5)


def write(db: Db, noted: Iterable[Shown]) -> None:
    """Note that secrets were used just now, unless that was written a short while ago."""
    hashes: dict[Secret, set[str]] = {kind: set() for kind in Secret}
    for one in noted:
        hashes[one.kind].add(one.fingerprint)
    # What somebody else has locked is being written, or goes.
    if some := hashes[Secret.TOKEN]:
        old = or_(Token.last_used_at.is_(None), Token.last_used_at < func.now() - OF_TOKENS)
        tokens = select(Token.id).where(Token.secret_hash.in_(some), old).with_for_update(skip_locked=True)
        db.execute(update(Token).where(Token.id.in_(tokens)).values(last_used_at=func.now()))
    if some := hashes[Secret.SESSION]:
        due = (Session.secret_hash.in_(some), Session.last_seen_at < func.now() - OF_SESSIONS)
        sessions = select(Session.id).where(*due).with_for_update(skip_locked=True)
        db.execute(update(Session).where(Session.id.in_(sessions)).values(last_seen_at=func.now()))

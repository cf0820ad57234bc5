"""Links by which somebody who has lost their password sets a new one, once; administrators make them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import audit, password_links
from app.db.models import PasswordLink, User
from app.domain.enums import AuditAction
from app.domain.errors import Conflict, NotFound
from app.schemas.accounts import PasswordLinkIn, PasswordLinkOut
from app.services import accounts
from app.services.secrets import fingerprint, new_secret
from app.services.tries import limited


class UnknownPasswordLink(NotFound):
    """No link has this secret, or not any more."""

    code = "password_link_unknown"


class PasswordLinkUsed(Conflict):
    """A password was set by this link already."""

    code = "password_link_used"


class PasswordLinkExpired(Conflict):
    """The link's time is over."""

    code = "password_link_expired"


def create(db: Session, user_id: UUID, expires_in_hours: float) -> tuple[PasswordLink, str]:
    """Add a link for somebody, in the place of earlier ones; returns it with the secret that is shown once.

    Raises NotFound.
    """
    user = db.get(User, user_id, with_for_update=True)
    if user is None:
        raise NotFound("There is no such user.")
    password_links.forget(db, user.id)
    secret = new_secret()
    row = PasswordLink(
        user_id=user.id,
        secret_hash=fingerprint(secret),
        expires_at=datetime.now(UTC) + timedelta(hours=expires_in_hours),
    )
    db.add(row)
    db.flush()
    expires = {"expires_at": row.expires_at.isoformat()}
    audit.record(db, AuditAction.PASSWORD_LINK_CREATED, subject_id=user.id, name=user.email, after=expires)
    return row, secret


def look(db: Session, secret: str, address: str) -> PasswordLinkOut:
    """Tell whose password a link sets; raises as `use` does."""
    row, user = _open(db, secret, address)
    return PasswordLinkOut(name=user.name, email=user.email, expires_at=row.expires_at)


def use(db: Session, said: PasswordLinkIn, address: str) -> None:
    """Set the password, which ends all browser sessions.

    Raises UnknownPasswordLink, PasswordLinkUsed, PasswordLinkExpired, TooManyTries.
    """
    row, user = _open(db, said.secret, address)
    row.used_at = datetime.now(UTC)
    db.flush()
    accounts.set_password(db, user, said.password, AuditAction.PASSWORD_LINK_USED, by=user.id)


def _open(db: Session, secret: str, address: str) -> tuple[PasswordLink, User]:
    with limited(db, "password link", address, UnknownPasswordLink):
        found = password_links.by_secret(db, fingerprint(secret))
        if found is None:
            raise UnknownPasswordLink("There is no such link, or a newer one has taken its place.")
    if found[0].used_at is not None:
        raise PasswordLinkUsed("This link was used already. Ask for a new one.")
    if found[0].expires_at <= datetime.now(UTC):
        raise PasswordLinkExpired("This link has expired. Ask for a new one.")
    return found

"""Signing in by OpenID Connect: it goes to the provider, comes back once, and is somebody's account."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.config import get_settings
from app.db import accounts as account_rows
from app.db import audit, identities
from app.db.identities import Flow
from app.db.models import Identity, OidcFlow, User
from app.domain.enums import AuditAction
from app.domain.errors import Conflict, Forbidden, NotFound
from app.schemas.accounts import UserCreate
from app.services import accounts
from app.services.provider import Departure, Said
from app.services.secrets import fingerprint, new_secret

FLOW_SECONDS = 600  # to sign in at the provider
_UNVERIFIED = "The provider does not say that your e-mail address is verified."


class OidcOff(NotFound):
    """No OpenID provider is configured."""

    code = "oidc_off"


class FlowOver(Conflict):
    """No such sign-in is under way in this browser: too late, a second time, or begun elsewhere."""

    code = "oidc_flow_over"


class ProviderRefused(Forbidden):
    """The person, or the provider, did not want to."""

    code = "oidc_denied"


class EmailUnverified(Forbidden):
    """The provider does not vouch for an e-mail address."""

    code = "oidc_email_unverified"


class EmailDomain(Forbidden):
    """The e-mail address is of a domain that does not come in."""

    code = "oidc_email_domain"


class NoAccount(Forbidden):
    """Whom the provider vouches for has no account."""

    code = "oidc_no_account"


class AccountOfAnother(Conflict):
    """The account of this e-mail address belongs to somebody whom the provider knows as another person."""

    code = "oidc_account_of_another"


class AccountInactive(Forbidden):
    """The account was deactivated."""

    code = "oidc_account_inactive"


def begin(db: Session, departure: Departure, redirect_uri: str, path: str) -> str:
    """Remember a sign-in that goes to the provider; returns the secret that its browser keeps."""
    secret = new_secret()
    row = OidcFlow(
        secret_hash=fingerprint(secret),
        state_hash=fingerprint(departure.state),
        nonce=departure.nonce,
        code_verifier=departure.code_verifier,
        redirect_uri=redirect_uri,
        path=path,
        expires_at=datetime.now(UTC) + timedelta(seconds=FLOW_SECONDS),
    )
    identities.add_flow(db, row)
    return secret


def take(db: Session, secret: str | None, state: str | None) -> Flow:
    """Return the sign-in that comes back, for this once; raises FlowOver."""
    flow = identities.take_flow(db, fingerprint(secret or ""), fingerprint(state or ""))
    if flow is None:
        raise FlowOver("This sign-in took too long, or was used already. Try again.")
    return flow


def person(db: Session, issuer: str, said: Said) -> User:
    """Return the account of whom the provider vouches for, which may be a new one.

    Raises EmailDomain, EmailUnverified, NoAccount, AccountOfAnother, AccountInactive.
    """
    email = said.email if said.email_verified else None
    domains = get_settings().oidc_email_domains
    if domains and email and email.rpartition("@")[2] not in domains:
        raise EmailDomain("Addresses of this domain do not come in here.")
    if domains and email is None:
        raise EmailUnverified(_UNVERIFIED)
    user = identities.user_of(db, issuer, said.subject) or _linked(db, issuer, said, email)
    return _active(user)


def _active(user: User) -> User:
    if not user.active:
        raise AccountInactive("Your account is deactivated. Ask an administrator.")
    return user


def _linked(db: Session, issuer: str, said: Said, email: str | None) -> User:
    if email is None:
        raise EmailUnverified(_UNVERIFIED)
    identities.lock(db)
    if user := identities.user_of(db, issuer, said.subject):  # linked meanwhile, in another window
        return user
    user = account_rows.user_by_email(db, email) or _new_account(db, said, email)
    if identities.has_one(db, user.id, issuer):
        text = "The account of your e-mail address belongs to another person of the provider."
        raise AccountOfAnother(f"{text} Ask an administrator.")
    db.add(Identity(user_id=_active(user).id, issuer=issuer, subject=said.subject))
    db.flush()
    after = {"issuer": issuer, "subject": said.subject}
    audit.record(
        db, AuditAction.IDENTITY_LINKED, subject_id=user.id, name=user.email, after=after, by=user.id
    )
    return user


def unlink(db: Session, user_id: UUID) -> None:
    """Forget how providers know somebody, and end the browser sessions; raises NotFound.

    The next to sign in with the account's address is linked to it.
    """
    user = db.get(User, user_id)
    if user is None:
        raise NotFound("There is no such user.")
    account_rows.end_sessions_of(db, user.id)
    for row in identities.forget(db, user.id):
        before = {"issuer": row.issuer, "subject": row.subject}
        audit.record(db, AuditAction.IDENTITY_UNLINKED, subject_id=user.id, name=user.email, before=before)


def _new_account(db: Session, said: Said, email: str) -> User:
    if not get_settings().oidc_create_accounts:
        raise NoAccount("There is no account for your e-mail address. Ask an administrator.")
    name = (said.name or email.partition("@")[0])[:200]
    try:
        new = UserCreate(email=email, name=name, password=new_secret())  # a password that nobody knows
    except ValidationError as error:
        raise EmailUnverified(_UNVERIFIED) from error
    return accounts.create_user(db, new)

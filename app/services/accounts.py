"""Who is who: accounts, sign-in, tokens and the people of a project."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import accounts, audit, password_links
from app.db.models import Token, User
from app.db.seen import Secret, Shown
from app.domain.enums import AuditAction
from app.domain.errors import Conflict, Invalid, NotFound, Unauthenticated
from app.schemas.accounts import Me, MePatch, TokenCreate, UserCreate, UserOut, UserPatch
from app.schemas.preferences import Preferences
from app.services.secrets import check_password, fingerprint, hash_password, new_secret
from app.services.tries import limited


class EmailTaken(Conflict):
    """Another account has this email address."""

    code = "email_taken"


class LastAdmin(Conflict):
    """The change would leave nobody who may administer."""

    code = "last_admin"


class WrongPassword(Invalid):
    """The password of now is another one."""

    code = "wrong_password"


class TokenInThePast(Invalid):
    """The token to be would have expired before it is made."""

    code = "token_in_the_past"


class TokenOutlives(Invalid):
    """A token that expires may make none that works longer than itself."""

    code = "token_outlives"


def check_login(db: Session, email: str, password: str, address: str) -> User:
    """Return whose email address and password these are; raises Unauthenticated, TooManyTries."""
    with limited(db, email.strip().lower(), address, Unauthenticated, of_account=True):
        user = accounts.user_by_email(db, email)
        right = check_password(password, user.password_hash if user else None)
        if not right or user is None or not user.active:
            raise Unauthenticated("The email address or the password is wrong.")
    return user


def create_user(db: Session, new: UserCreate) -> User:
    """Add an account; raises EmailTaken."""
    if accounts.user_by_email(db, new.email):
        raise EmailTaken(f"There is already an account for {new.email}.")
    user = User(
        email=new.email, name=new.name, password_hash=hash_password(new.password), is_admin=new.is_admin
    )
    db.add(user)
    db.flush()
    audit.record(
        db,
        AuditAction.ACCOUNT_CREATED,
        subject_id=user.id,
        name=user.email,
        after={"is_admin": user.is_admin},
    )
    return user


def change_user(db: Session, user_id: UUID, patch: UserPatch) -> User:
    """Change an account; a new password or a deactivation ends its browser sessions."""
    user = db.get(User, user_id)
    if user is None:
        raise NotFound("There is no such user.")
    changes = patch.model_dump(exclude_none=True, exclude={"password"})
    loses_admin = (
        user.is_admin and user.active and not (changes.get("is_admin", True) and changes.get("active", True))
    )
    if loses_admin and accounts.active_admins(db) == 1:
        raise LastAdmin("This is the last administrator.")
    before = {name: getattr(user, name) for name in changes}
    for name, value in changes.items():
        setattr(user, name, value)
    audit.record(
        db, AuditAction.ACCOUNT_CHANGED, subject_id=user.id, name=user.email, before=before, after=changes
    )
    if patch.password is not None:
        set_password(db, user, patch.password)
    if not user.active:
        accounts.end_sessions_of(db, user.id)
    db.flush()
    return user


def me(db: Session, user: User) -> Me:
    """Return a person with the person's roles and preferences."""
    return Me(
        user=UserOut.model_validate(user),
        roles=accounts.roles_of(db, user.id),
        preferences=Preferences.model_validate(user.preferences),
    )


def change_own(db: Session, user: User, patch: MePatch) -> None:
    """Change a person's own name, and how the person likes the pages; what the patch leaves out stays."""
    if patch.name is not None:
        audit.record(
            db,
            AuditAction.ACCOUNT_CHANGED,
            subject_id=user.id,
            name=user.email,
            before={"name": user.name},
            after={"name": patch.name},
        )
        user.name = patch.name
    if patch.preferences is not None:
        user.preferences = user.preferences | patch.preferences.model_dump(mode="json", exclude_none=True)
    db.flush()


def user_by_email(db: Session, email: str) -> User | None:
    """Return an account by its email address."""
    return accounts.user_by_email(db, email)


def set_password(
    db: Session,
    user: User,
    password: str,
    action: AuditAction = AuditAction.PASSWORD_CHANGED,
    by: UUID | None = None,
) -> None:
    """Change a password, which ends all browser sessions, and links that would change it again."""
    user.password_hash = hash_password(password)
    accounts.end_sessions_of(db, user.id)
    password_links.forget_open(db, user.id)
    audit.record(db, action, subject_id=user.id, name=user.email, by=by)


def change_password(db: Session, user: User, old: str, new: str, address: str) -> None:
    """Change one's own password, which ends all browser sessions; raises WrongPassword, TooManyTries."""
    with limited(db, str(user.id), address, WrongPassword):
        if not check_password(old, user.password_hash):
            raise WrongPassword("This is not your present password.", field="old_password")
    set_password(db, user, new)


def create_token(db: Session, user: User, new: TokenCreate, shown: Shown | None = None) -> tuple[Token, str]:
    """Add an API token; returns it with the secret that is shown once.

    `shown` is what the caller shows: a token makes none that outlives itself.
    Raises Invalid, TokenInThePast, TokenOutlives.
    """
    _check_expiry(db, new.expires_at, shown)
    secret = new_secret("nb_")
    token = Token(
        user_id=user.id,
        name=new.name,
        secret_hash=fingerprint(secret),
        scope=new.scope,
        expires_at=new.expires_at,
    )
    db.add(token)
    db.flush()
    expires = token.expires_at.isoformat() if token.expires_at else None
    audit.record(
        db,
        AuditAction.TOKEN_CREATED,
        subject_id=token.id,
        name=token.name,
        after={"scope": token.scope.value, "expires_at": expires},
        by=user.id,
    )
    return token, secret


def _check_expiry(db: Session, wanted: datetime | None, shown: Shown | None) -> None:
    if wanted and wanted.tzinfo is None:
        raise Invalid("`expires_at` needs a time zone.", field="expires_at")
    if wanted and wanted <= datetime.now(UTC):
        raise TokenInThePast("`expires_at` is in the past.", field="expires_at")
    if shown is None or shown.kind is not Secret.TOKEN:
        return
    own = accounts.token_expiry(db, shown.fingerprint)
    if own and (wanted is None or wanted > own):
        text = f"This token expires at {own.isoformat()}, so one that it makes must not work longer."
        raise TokenOutlives(text, field="expires_at", latest=own.isoformat())


def revoke_token(db: Session, user: User, token_id: UUID) -> None:
    """Delete one of the caller's tokens."""
    token = db.get(Token, token_id)
    if token is None or token.user_id != user.id:
        raise NotFound("There is no such token.")
    db.delete(token)
    audit.record(db, AuditAction.TOKEN_REVOKED, subject_id=token.id, name=token.name)

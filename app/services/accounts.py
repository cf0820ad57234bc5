"""Who is who: accounts, sign-in, tokens and the people of a project."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.config import get_settings
from app.db import accounts
from app.db.models import Member, Token, User
from app.domain.enums import Role
from app.domain.errors import Conflict, Invalid, NotFound, Unauthenticated
from app.schemas.accounts import MemberIn, TokenCreate, UserCreate, UserPatch
from app.schemas.preferences import PreferencesPatch
from app.services.secrets import check_password, fingerprint, hash_password, new_secret


class EmailTaken(Conflict):
    """Another account has this email address."""

    code = "email_taken"


class LastAdmin(Conflict):
    """The change would leave nobody who may administer."""

    code = "last_admin"


def sign_in(db: Session, email: str, password: str) -> tuple[User, str]:
    """Open a browser session; returns the account and the cookie's secret."""
    user = accounts.user_by_email(db, email)
    if not check_password(password, user.password_hash if user else None) or user is None or not user.active:
        raise Unauthenticated("The email address or the password is wrong.")
    secret = new_secret()
    expires = datetime.now(UTC) + timedelta(hours=get_settings().session_hours)
    accounts.add_session(db, user.id, fingerprint(secret), expires)
    return user, secret


def sign_out(db: Session, secret: str) -> None:
    """End a browser session."""
    accounts.end_session(db, fingerprint(secret))


def create_user(db: Session, new: UserCreate) -> User:
    """Add an account; raises EmailTaken."""
    if accounts.user_by_email(db, new.email):
        raise EmailTaken(f"There is already an account for {new.email}.")
    user = User(
        email=new.email, name=new.name, password_hash=hash_password(new.password), is_admin=new.is_admin
    )
    db.add(user)
    db.flush()
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
    for name, value in changes.items():
        setattr(user, name, value)
    if patch.password is not None:
        set_password(db, user, patch.password)
    if not user.active:
        accounts.end_sessions_of(db, user.id)
    db.flush()
    return user


def change_preferences(db: Session, user: User, patch: PreferencesPatch) -> None:
    """Change how a person likes the pages; what the patch leaves out stays."""
    changes = patch.model_dump(mode="json", exclude_none=True)
    user.preferences = user.preferences | changes
    db.flush()


def user_by_email(db: Session, email: str) -> User | None:
    """Return an account by its email address."""
    return accounts.user_by_email(db, email)


def set_password(db: Session, user: User, password: str) -> None:
    """Change a password, which ends all browser sessions."""
    user.password_hash = hash_password(password)
    accounts.end_sessions_of(db, user.id)


def create_token(db: Session, user: User, new: TokenCreate) -> tuple[Token, str]:
    """Add an API token; returns it with the secret that is shown once."""
    if new.expires_at and new.expires_at.tzinfo is None:
        raise Invalid("`expires_at` needs a time zone.", field="expires_at")
    secret = new_secret("nb_")
    token = Token(user_id=user.id, name=new.name, secret_hash=fingerprint(secret), expires_at=new.expires_at)
    db.add(token)
    db.flush()
    return token, secret


def revoke_token(db: Session, user: User, token_id: UUID) -> None:
    """Delete one of the caller's tokens."""
    token = db.get(Token, token_id)
    if token is None or token.user_id != user.id:
        raise NotFound("There is no such token.")
    db.delete(token)


def set_members(db: Session, project_id: UUID, wanted: list[MemberIn]) -> None:
    """Make exactly these people the project's members; at least one must be an owner."""
    if not any(m.role is Role.OWNER for m in wanted):
        raise Invalid("A project needs at least one owner.", field="members")
    roles: dict[UUID, Role] = {}
    for member in wanted:
        user = accounts.user_by_email(db, member.email)
        if user is None:
            raise Invalid(f"There is no account for {member.email}.", field="members", email=member.email)
        if user.id in roles:
            raise Invalid(f"{member.email} is named twice.", field="members", email=member.email)
        roles[user.id] = member.role
    db.execute(delete(Member).where(Member.project_id == project_id))
    db.add_all(Member(project_id=project_id, user_id=user, role=role) for user, role in roles.items())
    db.flush()

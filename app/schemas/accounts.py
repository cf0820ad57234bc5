"""Accounts, sessions and tokens."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from app.domain.enums import Role, TokenScope
from app.domain.storable import Time
from app.schemas.base import Body, Out
from app.schemas.preferences import Preferences, PreferencesPatch

Email = Annotated[
    str, StringConstraints(strip_whitespace=True, to_lower=True, max_length=200, pattern=r"^[^@\s]+@[^@\s]+$")
]
Password = Annotated[str, StringConstraints(strip_whitespace=False, min_length=8, max_length=200)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Login(Body):
    """Credentials of a browser session."""

    email: str = Field(max_length=200)
    password: Annotated[str, StringConstraints(strip_whitespace=False, max_length=200)]


class UserOut(Out):
    """An account."""

    id: UUID
    email: str
    name: str
    is_admin: bool
    active: bool
    created_at: datetime


class UserCreate(Body):
    """A new account."""

    email: Email
    name: Name
    password: Password
    is_admin: bool = False


class UserPatch(Body):
    """Changes of an account; what is absent stays."""

    name: Name | None = None
    password: Password | None = None
    is_admin: bool | None = None
    active: bool | None = None


class PasswordChange(Body):
    """The password of now, and the one to be."""

    old_password: Annotated[str, StringConstraints(strip_whitespace=False, max_length=200)]
    new_password: Password


class PasswordLinkCreate(Body):
    """How long a link works."""

    expires_in_hours: float = Field(24, gt=0, le=24 * 30)


class PasswordLinkCreated(Out):
    """A new link; `secret` and the page's `path` are shown this once."""

    secret: str
    path: str
    expires_at: datetime


class PasswordLinkLook(Body):
    """The secret of a link."""

    secret: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class PasswordLinkIn(PasswordLinkLook):
    """The secret of a link, and the password to be."""

    password: Password


class PasswordLinkOut(Out):
    """Whose password a link sets."""

    name: str
    email: str
    expires_at: datetime


class Me(Out):
    """The caller, the caller's role in each project, and how the caller likes the pages."""

    user: UserOut
    roles: dict[UUID, Role]
    preferences: Preferences


class MePatch(Body):
    """Changes of one's own name and preferences; what is absent stays."""

    name: Name | None = None
    preferences: PreferencesPatch | None = None


class BrowserOut(Out):
    """A browser in which the caller is signed in."""

    id: UUID
    browser: str | None = Field(description="such as `Firefox`; null: none that is known")
    system: str | None = Field(description="such as `Linux`; null: none that is known")
    created_at: datetime = Field(description="when it signed in")
    last_seen_at: datetime = Field(description="to about five minutes")
    expires_at: datetime
    current: bool = Field(description="whether it is the one that asks")


class TokenCreate(Body):
    """A new API token."""

    name: Name
    scope: TokenScope = TokenScope.MANAGE
    expires_at: Time | None = None


class TokenOut(Out):
    """An API token without its secret."""

    id: UUID
    name: str
    scope: TokenScope
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = Field(description="to about a minute; null: not yet")


class TokenCreated(TokenOut):
    """A new token; `token` is shown this once."""

    token: str


class MemberIn(Body):
    """One person of a project, by email."""

    email: Email
    role: Role


class MembersIn(Body):
    """All people of a project, by email."""

    members: list[MemberIn] = Field(max_length=1000)


class MemberPatch(Body):
    """Another role for a member."""

    role: Role


class MemberOut(Out):
    """One person of a project."""

    user_id: UUID
    email: str
    name: str
    role: Role


class Members(Out):
    """All people of a project."""

    items: list[MemberOut]

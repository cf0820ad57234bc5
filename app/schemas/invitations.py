"""Invitations to a project, and how somebody follows one."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from app.domain.enums import InvitationState, Role
from app.schemas.accounts import Email, Name, Password
from app.schemas.base import Body, Out
from app.schemas.classes import UserName

Secret = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class InvitationCreate(Body):
    """Whom an invitation is for."""

    role: Role
    expires_in_hours: float = Field(72, gt=0, le=24 * 90)


class InvitationOut(Out):
    """An invitation without its secret."""

    id: UUID
    role: Role
    state: InvitationState
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    invited_by: UserName | None
    used_by: UserName | None


class InvitationCreated(InvitationOut):
    """A new invitation; `secret` and the page's `path` are shown this once."""

    secret: str
    path: str


class JoinIn(Body):
    """The secret of an invitation's link."""

    secret: Secret


class JoinNew(JoinIn):
    """The secret of an invitation's link, and the account to be."""

    name: Name
    email: Email
    password: Password


class Invited(Out):
    """What an invitation is to."""

    project_name: str
    role: Role
    invited_by: str | None = Field(description="name of who invited")
    expires_at: datetime


class Joined(Out):
    """The project that somebody has become a member of."""

    project_id: UUID
    role: Role

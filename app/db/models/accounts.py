"""Accounts and how they get in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, HasId
from app.db.models.columns import ref
from app.domain import enums


class User(HasId, Base):
    """An account."""

    __tablename__ = "users"
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    is_admin: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    preferences: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Session(HasId, Base):
    """A signed-in browser; the cookie's secret is stored hashed."""

    __tablename__ = "sessions"
    user_id: Mapped[UUID] = ref("users.id", index=True)
    secret_hash: Mapped[str] = mapped_column(unique=True)
    user_agent: Mapped[str] = mapped_column(default="")
    last_seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]


class Token(HasId, Base):
    """An API token, stored hashed."""

    __tablename__ = "tokens"
    user_id: Mapped[UUID] = ref("users.id", index=True)
    name: Mapped[str]
    secret_hash: Mapped[str] = mapped_column(unique=True)
    scope: Mapped[enums.TokenScope] = mapped_column(default=enums.TokenScope.MANAGE)
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]


class PasswordLink(HasId, Base):
    """A link by which somebody sets a new password, once; its secret is stored hashed."""

    __tablename__ = "password_links"
    user_id: Mapped[UUID] = ref("users.id", index=True)
    secret_hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Identity(HasId, Base):
    """How an OpenID provider knows the person of an account, whatever the e-mail address of today."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("user_id", "issuer"))
    user_id: Mapped[UUID] = ref("users.id")
    issuer: Mapped[str]
    subject: Mapped[str]


class OidcFlow(HasId, Base):
    """A sign-in that is at the OpenID provider, and comes back once; cookie and state are stored hashed."""

    __tablename__ = "oidc_flows"
    secret_hash: Mapped[str] = mapped_column(unique=True)
    state_hash: Mapped[str]
    nonce: Mapped[str]
    code_verifier: Mapped[str]
    redirect_uri: Mapped[str]
    path: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Try(HasId, Base):
    """A failed try to get in, by whom it was aimed at or where it came from."""

    __tablename__ = "tries"
    __table_args__ = (Index("ix_tries_key_created_at", "key", "created_at"),)
    key: Mapped[str]

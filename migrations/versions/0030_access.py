"""What tokens are for, what browsers sessions are in, when both were used last; links that set passwords."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ENUM

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

SCOPE = ENUM("READ", "ANNOTATE", "MANAGE", name="tokenscope", create_type=False)


ACTIONS = ("PASSWORD_LINK_CREATED", "PASSWORD_LINK_USED")


def _time(name: str, **options: Any) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), **options)


def upgrade() -> None:
    SCOPE.create(op.get_bind())
    # Tokens of before may go on doing what they did.
    op.add_column("tokens", sa.Column("scope", SCOPE, nullable=False, server_default="MANAGE"))
    op.alter_column("tokens", "scope", server_default=None)
    op.add_column("tokens", _time("last_used_at"))
    op.add_column("sessions", sa.Column("user_agent", sa.String(), nullable=False, server_default=""))
    op.alter_column("sessions", "user_agent", server_default=None)
    op.add_column("sessions", _time("last_seen_at"))
    op.execute("UPDATE sessions SET last_seen_at = created_at")
    op.alter_column("sessions", "last_seen_at", nullable=False, server_default=sa.func.now())
    op.create_table(
        "password_links",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _time("created_at", nullable=False, server_default=sa.func.now()),
        sa.Column(
            "user_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("secret_hash", sa.String(), nullable=False, unique=True),
        _time("expires_at", nullable=False),
        _time("used_at"),
    )
    for action in ACTIONS:
        op.execute(f"ALTER TYPE auditaction ADD VALUE IF NOT EXISTS '{action}'")


def downgrade() -> None:
    # The audit events' kinds stay: PostgreSQL takes no value out of a type, and events are never changed.
    op.drop_table("password_links")
    op.drop_column("sessions", "last_seen_at")
    op.drop_column("sessions", "user_agent")
    # Before, every token could do all: those that were for less must not become that.
    op.execute("DELETE FROM tokens WHERE scope <> 'MANAGE'")
    op.drop_column("tokens", "last_used_at")
    op.drop_column("tokens", "scope")
    SCOPE.drop(op.get_bind())

"""How an OpenID provider knows people, and sign-ins that are there now."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def _time(name: str, **options: Any) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, **options)


def _text(name: str, **options: Any) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=False, **options)


def upgrade() -> None:
    op.create_table(
        "identities",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _time("created_at", server_default=sa.func.now()),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        _text("issuer"),
        _text("subject"),
        sa.UniqueConstraint("issuer", "subject"),
        sa.UniqueConstraint("user_id", "issuer"),
    )
    op.create_table(
        "oidc_flows",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _time("created_at", server_default=sa.func.now()),
        _text("secret_hash", unique=True),
        _text("state_hash"),
        _text("nonce"),
        _text("code_verifier"),
        _text("redirect_uri"),
        _text("path"),
        _time("expires_at", index=True),
    )
    for action in ("IDENTITY_LINKED", "IDENTITY_UNLINKED"):
        op.execute(f"ALTER TYPE auditaction ADD VALUE IF NOT EXISTS '{action}'")


def downgrade() -> None:
    # The audit events' kinds stay: PostgreSQL takes no value out of a type, and events are never changed.
    op.drop_table("oidc_flows")
    op.drop_table("identities")

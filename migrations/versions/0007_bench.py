"""Preferences of people; notes, flags and retractions of answers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The defaults fill what is there; from then on the code says what it writes.
    op.add_column("users", sa.Column("preferences", postgresql.JSONB(), nullable=False, server_default="{}"))
    op.alter_column("users", "preferences", server_default=None)
    op.add_column("annotations", sa.Column("note", sa.String(), nullable=True))
    op.add_column("annotations", sa.Column("flagged", sa.Boolean(), nullable=False, server_default="false"))
    op.alter_column("annotations", "flagged", server_default=None)
    op.add_column("annotations", sa.Column("retracted_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for column in ("retracted_at", "flagged", "note"):
        op.drop_column("annotations", column)
    op.drop_column("users", "preferences")

"""Near-duplicates that a query held back."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cycles", sa.Column("held_back", sa.Integer(), nullable=False, server_default="0"))
    op.alter_column("cycles", "held_back", server_default=None)


def downgrade() -> None:
    op.drop_column("cycles", "held_back")

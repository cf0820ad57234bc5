"""Images that stay where they are, and what lists say of images."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("images", sa.Column("source_uri", sa.String()))
    metadata = sa.Column("metadata", JSONB(), nullable=False, server_default=sa.text("'{}'"))
    op.add_column("images", metadata)


def downgrade() -> None:
    op.drop_column("images", "metadata")
    op.drop_column("images", "source_uri")

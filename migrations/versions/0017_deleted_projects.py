"""When a project was deleted, which can be undone for a while."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("projects", sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Deleted projects go for good: the older version would show them."""
    op.execute("DELETE FROM projects WHERE deleted_at IS NOT NULL")
    op.drop_column("projects", "deleted_at")

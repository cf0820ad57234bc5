"""When a project was deleted, which can be undone for a while; sentences in parts, for other languages."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("jobs", "cycles"):
        said = sa.Column("said", JSONB(), server_default="{}", nullable=False)
        op.add_column(table, said)
        op.alter_column(table, "said", server_default=None)
    op.add_column("projects", sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Deleted projects go for good: the older version would show them."""
    op.execute("DELETE FROM projects WHERE deleted_at IS NOT NULL")
    op.drop_column("projects", "deleted_at")
    op.drop_column("cycles", "said")
    op.drop_column("jobs", "said")

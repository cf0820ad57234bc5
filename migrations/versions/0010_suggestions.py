"""Suggestions: which images are asked without, and whether each annotator saw one."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SHOWN = sa.Enum("SHOWN", "HIDDEN", name="shown")


def upgrade() -> None:
    op.add_column(
        "queue_items", sa.Column("audited", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.alter_column("queue_items", "audited", server_default=None)
    SHOWN.create(op.get_bind())
    op.add_column("assignments", sa.Column("suggestion", SHOWN, nullable=True))


def downgrade() -> None:
    op.execute("UPDATE projects SET settings = settings - 'suggestions' - 'audit_share'")
    op.drop_column("assignments", "suggestion")
    SHOWN.drop(op.get_bind())
    op.drop_column("queue_items", "audited")

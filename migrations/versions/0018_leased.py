"""What somebody holds is found on an index of its own, not among all that is open or all that they answered."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_assignments_leased", "assignments", ["user_id"], postgresql_where=sa.text("state = 'LEASED'")
    )


def downgrade() -> None:
    op.drop_index("ix_assignments_leased", "assignments")

"""What somebody holds is found by person and state: one index in place of two, which no plan takes for another."""

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_assignments_user_id_state", "assignments", ["user_id", "state"])
    op.drop_index("ix_assignments_leased", "assignments")
    op.drop_index("ix_assignments_user_id", "assignments")


def downgrade() -> None:
    op.create_index("ix_assignments_user_id", "assignments", ["user_id"])
    op.execute("CREATE INDEX ix_assignments_leased ON assignments (user_id) WHERE state = 'LEASED'")
    op.drop_index("ix_assignments_user_id_state", "assignments")

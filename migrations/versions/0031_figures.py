"""An index of ended jobs by time, what workers tell of their GPUs, and which request asked for a job."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_jobs_finished_at", "jobs", ["finished_at"])
    gpus = sa.Column("gpus", JSONB(), nullable=False, server_default=sa.text("'[]'"))
    op.add_column("worker_heartbeats", gpus)
    op.add_column("jobs", sa.Column("request_id", sa.String()))


def downgrade() -> None:
    op.drop_column("jobs", "request_id")
    op.drop_column("worker_heartbeats", "gpus")
    op.drop_index("ix_jobs_finished_at", "jobs")

"""Shards: parts of a job's work, which any worker may do."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job_shards",
        sa.Column("job_id", sa.Uuid(), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("asked_sha256", sa.String(), primary_key=True),
        sa.Column("project_id", sa.Uuid(), sa.ForeignKey("projects.id", ondelete="CASCADE"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(), nullable=True),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("result_sha256", sa.String(), nullable=True),
        sa.Column("done", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_job_shards_project_id", "job_shards", ["project_id"])
    op.create_index(
        "ix_job_shards_waiting", "job_shards", ["job_id", "number"], postgresql_where=sa.text("NOT done")
    )


def downgrade() -> None:
    op.drop_table("job_shards")

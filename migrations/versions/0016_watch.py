"""The logs of jobs, and maps of a pretext run's features."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KINDS = ("IMPORT", "PRETEXT", "QUERY", "TRAINING", "EXPORT", "BACKTEST", "LABEL_CHECK", "IMPORT_PREVIEW")


def foreign(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE")


def upgrade() -> None:
    op.execute("ALTER TYPE jobkind ADD VALUE IF NOT EXISTS 'MAP'")
    op.create_table(
        "job_lines",
        sa.Column("number", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("level", sa.Enum("INFO", "WARNING", "ERROR", name="loglevel"), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        foreign("job_lines", "job_id", "jobs.id"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_job_lines")),
    )
    op.create_index("ix_job_lines_job_id_number", "job_lines", ["job_id", "number"])
    op.create_table(
        "maps",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("pretext_run_id", sa.Uuid(), nullable=False),
        sa.Column("model_id", sa.Uuid(), nullable=True),
        sa.Column("images", sa.Integer(), nullable=True),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("points_sha256", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        foreign("maps", "project_id", "projects.id"),
        foreign("maps", "job_id", "jobs.id"),
        foreign("maps", "pretext_run_id", "pretext_runs.id"),
        foreign("maps", "model_id", "models.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maps")),
    )
    op.create_index("ix_maps_project_id_id", "maps", ["project_id", "id"])


def downgrade() -> None:
    op.drop_table("maps")
    op.drop_table("job_lines")
    op.execute("DROP TYPE loglevel")
    op.execute("DELETE FROM jobs WHERE kind = 'MAP'")
    op.execute("ALTER TYPE jobkind RENAME TO jobkind_old")
    sa.Enum(*KINDS, name="jobkind").create(op.get_bind())
    op.execute("ALTER TABLE jobs ALTER COLUMN kind TYPE jobkind USING kind::text::jobkind")
    op.execute("DROP TYPE jobkind_old")

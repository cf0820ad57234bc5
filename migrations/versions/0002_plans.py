"""Plans, more pretext tasks and query strategies, backtests."""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NEW_VALUES = {
    "pretexttaskname": ("COLORIZATION", "JIGSAW", "SIMSIAM"),
    "querystrategyname": (
        "UNIFORM", "MARGIN", "ENTROPY", "BALD", "CORESET", "BADGE", "LEARNING_LOSS", "TYPICLUST", "PROBCOVER",
        "UHERDING",
    ),
    "jobkind": ("BACKTEST",),
}  # fmt: skip
# What cycles did before there were plans.
PT4AL = {
    "name": "pt4al",
    "summary": "",
    "pretext_task": "rotation",
    "order": "descending",
    "scope": "pool_batch",
    "first": "uniform",
    "later": "least_confidence",
    "start": "scratch",
}
RANDOM = PT4AL | {"name": "random-in-batches", "first": "random", "later": "random"}


def upgrade() -> None:
    for name, values in NEW_VALUES.items():
        for value in values:
            op.execute(f"ALTER TYPE {name} ADD VALUE IF NOT EXISTS '{value}'")
    order = sa.Enum("DESCENDING", "ASCENDING", "SHUFFLED", name="poolorder")
    order.create(op.get_bind())
    op.add_column("pretext_runs", sa.Column("order", order, nullable=False, server_default="DESCENDING"))
    op.alter_column("pretext_runs", "order", server_default=None)
    op.add_column("pretext_runs", sa.Column("features_sha256", sa.String(), nullable=True))
    op.alter_column("cycles", "pretext_run_id", nullable=True)
    op.alter_column("cycles", "strategy", nullable=True)
    op.add_column("cycles", sa.Column("plan", postgresql.JSONB(), nullable=True))
    fill = sa.text("UPDATE cycles SET plan = CAST(:plan AS jsonb) WHERE strategy = :strategy")
    for strategy, plan in (("LEAST_CONFIDENCE", PT4AL), ("RANDOM", RANDOM)):
        op.execute(
            fill.bindparams(
                sa.bindparam("strategy", strategy, sa.Enum(name="querystrategyname")), plan=json.dumps(plan)
            )
        )
    op.alter_column("cycles", "plan", nullable=False)
    op.execute("""UPDATE projects SET settings = settings - 'strategy' || '{"plan": "pt4al"}'
                  WHERE coalesce(settings ->> 'strategy', '') <> 'random'""")
    op.execute(
        sa.text(
            "UPDATE projects SET settings = settings - 'strategy' || jsonb_build_object('plan', CAST(:plan AS jsonb)) "
            "WHERE settings ->> 'strategy' = 'random'"
        ).bindparams(plan=json.dumps(RANDOM))
    )
    op.create_table(
        "backtests",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("config", postgresql.JSONB(), nullable=False),
        sa.Column("summary", postgresql.JSONB(), nullable=False),
        sa.Column("report_sha256", sa.String(), nullable=True),
        sa.Column("page_sha256", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_backtests_project_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs.id"], name=op.f("fk_backtests_job_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backtests")),
    )
    op.create_index("ix_backtests_project_id_id", "backtests", ["project_id", "id"])


def downgrade() -> None:
    raise RuntimeError("Values cannot be taken out of PostgreSQL's enums: restore a backup instead.")

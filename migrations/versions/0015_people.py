"""Labels by how reliable people are: the rule, and what a cycle estimated of each."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

RULES = ("MAJORITY", "REVIEWER")


def upgrade() -> None:
    op.execute("ALTER TYPE labelrule ADD VALUE IF NOT EXISTS 'DAWID_SKENE'")
    op.add_column(
        "cycles",
        sa.Column("reliability", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'::jsonb")),
    )
    op.alter_column("cycles", "reliability", server_default=None)


def downgrade() -> None:
    """Labels stay as they were worked out; from now on the majority decides."""
    op.drop_column("cycles", "reliability")
    op.execute("ALTER TYPE labelrule RENAME TO labelrule_old")
    sa.Enum(*RULES, name="labelrule").create(op.get_bind())
    op.execute(
        "ALTER TABLE cycles ALTER COLUMN label_rule TYPE labelrule "
        "USING replace(label_rule::text, 'DAWID_SKENE', 'MAJORITY')::labelrule"
    )
    op.execute("DROP TYPE labelrule_old")
    op.execute(
        "UPDATE projects SET settings = (settings - 'leaderboard') || "
        "CASE settings ->> 'label_rule' WHEN 'dawid_skene' THEN '{\"label_rule\": \"majority\"}'::jsonb ELSE '{}'::jsonb END"
    )

"""A backtest says more of its trainings than epochs."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEYS = (("task_epochs", "task_training"), ("pretext_epochs", "pretext_training"))
NEST = """
UPDATE backtests SET config = (config - CAST(:flat AS text))
    || jsonb_build_object(CAST(:nested AS text), jsonb_build_object('epochs', config->CAST(:flat AS text)))
"""
FLATTEN = """
UPDATE backtests SET config = (config - CAST(:nested AS text))
    || jsonb_build_object(CAST(:flat AS text), config->CAST(:nested AS text)->'epochs')
"""


def upgrade() -> None:
    for flat, nested in KEYS:
        op.execute(sa.text(NEST).bindparams(flat=flat, nested=nested))


def downgrade() -> None:
    for flat, nested in KEYS:
        op.execute(sa.text(FLATTEN).bindparams(flat=flat, nested=nested))

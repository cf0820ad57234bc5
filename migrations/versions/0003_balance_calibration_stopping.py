"""How task models were balanced and calibrated, how they agree, and whether more labels still bring much."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NEW_OBJECTS = ("calibration", "agreement", "stopping")
# A class without held-out images has a recall of null, which the mean leaves out.
BALANCED_ACCURACY = """
UPDATE models SET metrics = metrics || jsonb_build_object('balanced_accuracy', (
    SELECT avg(CAST(entry ->> 'recall' AS double precision)) FROM jsonb_array_elements(metrics -> 'per_class') entry
)) WHERE metrics ? 'per_class'
"""


def upgrade() -> None:
    balance = sa.Enum("NONE", "LOSS", "SAMPLING", name="balance")
    balance.create(op.get_bind())
    op.add_column("models", sa.Column("balance", balance, nullable=False, server_default="NONE"))
    op.alter_column("models", "balance", server_default=None)
    for name in NEW_OBJECTS:
        op.add_column("models", sa.Column(name, postgresql.JSONB(), nullable=False, server_default="{}"))
        op.alter_column("models", name, server_default=None)
    op.execute(BALANCED_ACCURACY)


def downgrade() -> None:
    op.execute("UPDATE models SET metrics = metrics - 'balanced_accuracy' - 'calibrated'")
    for name in NEW_OBJECTS:
        op.drop_column("models", name)
    op.drop_column("models", "balance")
    sa.Enum(name="balance").drop(op.get_bind())
    # What 0002 does not know, it refuses.
    op.execute("UPDATE projects SET settings = settings - 'balance'")
    op.execute("UPDATE backtests SET config = config - 'balance'")

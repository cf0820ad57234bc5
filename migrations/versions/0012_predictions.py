"""What task models took held-out images for."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("models", sa.Column("predictions_sha256", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("models", "predictions_sha256")

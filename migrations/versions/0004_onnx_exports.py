"""Exports of task models as ONNX."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TYPE exportformat ADD VALUE IF NOT EXISTS 'ONNX'")
    op.add_column("exports", sa.Column("model_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_exports_model_id"), "exports", "models", ["model_id"], ["id"], ondelete="CASCADE"
    )


def downgrade() -> None:
    # Before, there was no such export; it can be made again from its model, which stays.
    op.execute("DELETE FROM exports WHERE model_id IS NOT NULL")
    op.drop_column("exports", "model_id")
    # PostgreSQL cannot take a value out of an enum, but the column can take another enum.
    op.execute("ALTER TYPE exportformat RENAME TO exportformat_with_onnx")
    op.execute("CREATE TYPE exportformat AS ENUM ('CSV', 'JSONL')")
    op.execute("ALTER TABLE exports ALTER COLUMN format TYPE exportformat USING format::text::exportformat")
    op.execute("DROP TYPE exportformat_with_onnx")

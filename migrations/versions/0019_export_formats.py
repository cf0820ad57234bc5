"""More formats for exports of labels."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

NEW = ("PARQUET", "IMAGEFOLDER", "HUGGINGFACE", "LABEL_STUDIO")


def upgrade() -> None:
    for name in NEW:
        op.execute(f"ALTER TYPE exportformat ADD VALUE IF NOT EXISTS '{name}'")


def downgrade() -> None:
    """Such exports go; they can be made again."""
    op.execute(
        "DELETE FROM exports WHERE format::text = ANY ('{PARQUET,IMAGEFOLDER,HUGGINGFACE,LABEL_STUDIO}')"
    )
    op.execute("ALTER TYPE exportformat RENAME TO exportformat_with_more")
    op.execute("CREATE TYPE exportformat AS ENUM ('CSV', 'JSONL', 'ONNX')")
    op.execute("ALTER TABLE exports ALTER COLUMN format TYPE exportformat USING format::text::exportformat")
    op.execute("DROP TYPE exportformat_with_more")

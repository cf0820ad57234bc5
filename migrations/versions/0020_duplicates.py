"""Which image shows the same shot as another one is kept by image."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The column is empty until the next query has looked."""
    op.add_column("images", sa.Column("duplicate_of_id", sa.Uuid()))
    op.create_foreign_key(
        "fk_images_duplicate_of_id_images",
        "images",
        "images",
        ["duplicate_of_id"],
        ["id"],
        ondelete="SET NULL",
    )
    some = sa.text("duplicate_of_id IS NOT NULL")
    op.create_index("ix_images_duplicates", "images", ["project_id", "id"], postgresql_where=some)
    op.create_index("ix_images_duplicate_of_id", "images", ["duplicate_of_id"], postgresql_where=some)


def downgrade() -> None:
    op.drop_column("images", "duplicate_of_id")

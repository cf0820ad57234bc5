"""An index of a person's answers, newest last."""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_annotations_person", "annotations", ["project_id", "user_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_annotations_person", "annotations")

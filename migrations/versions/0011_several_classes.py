"""Projects whose images may show several classes: answers, labels and reviews may hold a set of classes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = ("annotations", "labels", "reviews")
COLUMNS = (
    *((table, "class_ids") for table in TABLES),
    ("reviews", "previous_class_ids"),
    ("queue_items", "suggested_class_ids"),
)


def upgrade() -> None:
    op.execute("ALTER TYPE projecttask ADD VALUE IF NOT EXISTS 'MULTI_LABEL_CLASSIFICATION'")
    for table, column in COLUMNS:
        op.add_column(table, sa.Column(column, postgresql.ARRAY(sa.Uuid()), nullable=True))
    for table in TABLES:
        op.alter_column(table, "class_id", nullable=True)
        op.create_check_constraint(
            op.f(f"ck_{table}_one_or_set"), table, "num_nonnulls(class_id, class_ids) = 1"
        )


def downgrade() -> None:
    # What such a project holds has no place in the tables of before.
    several = sa.text("SELECT count(*) FROM projects WHERE task::text = 'MULTI_LABEL_CLASSIFICATION'")
    if count := op.get_bind().scalar(several):
        message = f"{count} projects let images have several classes; export and delete them first."
        raise RuntimeError(message)
    for table in TABLES:
        op.drop_constraint(op.f(f"ck_{table}_one_or_set"), table)
        op.alter_column(table, "class_id", nullable=False)
    for table, column in reversed(COLUMNS):
        op.drop_column(table, column)
    op.execute("ALTER TYPE projecttask RENAME TO projecttask_old")
    op.execute("CREATE TYPE projecttask AS ENUM ('CLASSIFICATION', 'SEGMENTATION')")
    op.execute("ALTER TABLE projects ALTER COLUMN task TYPE projecttask USING task::text::projecttask")
    op.execute("DROP TYPE projecttask_old")

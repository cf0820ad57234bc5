"""Labels are counted as they come, but for those of an open cycle."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, ENUM

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

# Rows that add up, so that nobody who writes labels waits for anybody else who does. Labels of a cycle that is
# labelled are left out, so that answers write none: `learning.begin_training` adds them when it closes.
FUNCTION = """
CREATE FUNCTION count_labels() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF EXISTS (
            SELECT FROM came l LEFT JOIN cycles c ON c.id = l.cycle_id
            WHERE l.cycle_id IS NULL OR c.closed_at IS NOT NULL
        ) THEN
            INSERT INTO label_counts (project_id, split, said, labels)
            SELECT i.project_id, i.split, coalesce(l.class_ids, ARRAY[l.class_id]), count(*)
            FROM came l JOIN images i ON i.id = l.image_id LEFT JOIN cycles c ON c.id = l.cycle_id
            WHERE l.cycle_id IS NULL OR c.closed_at IS NOT NULL
            GROUP BY 1, 2, 3;
        END IF;
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM FROM cycles WHERE id IN (SELECT cycle_id FROM went) AND closed_at IS NULL FOR KEY SHARE;
        INSERT INTO label_counts (project_id, split, said, labels)
        SELECT i.project_id, i.split, coalesce(l.class_ids, ARRAY[l.class_id]), -count(*)
        FROM went l JOIN images i ON i.id = l.image_id LEFT JOIN cycles c ON c.id = l.cycle_id
        WHERE l.cycle_id IS NULL OR c.closed_at IS NOT NULL
        GROUP BY 1, 2, 3;
    ELSIF EXISTS (SELECT FROM went) THEN
        -- An open cycle does not close before this is committed.
        PERFORM FROM cycles WHERE id IN (SELECT cycle_id FROM went UNION SELECT cycle_id FROM came)
            AND closed_at IS NULL FOR KEY SHARE;
        INSERT INTO label_counts (project_id, split, said, labels)
        SELECT i.project_id, i.split, coalesce(l.class_ids, ARRAY[l.class_id]), sum(n)
        FROM (
            SELECT image_id, cycle_id, class_id, class_ids, 1 AS n FROM came
            UNION ALL SELECT image_id, cycle_id, class_id, class_ids, -1 FROM went
        ) l JOIN images i ON i.id = l.image_id LEFT JOIN cycles c ON c.id = l.cycle_id
        WHERE l.cycle_id IS NULL OR c.closed_at IS NOT NULL
        GROUP BY 1, 2, 3 HAVING sum(n) <> 0;
    END IF;
    RETURN NULL;
END $$
"""
TRIGGERS = {
    "count_new_labels": "AFTER INSERT ON labels REFERENCING NEW TABLE AS came",
    "count_changed_labels": "AFTER UPDATE ON labels REFERENCING OLD TABLE AS went NEW TABLE AS came",
    "count_gone_labels": "AFTER DELETE ON labels REFERENCING OLD TABLE AS went",
}
COUNT = """
INSERT INTO label_counts (project_id, split, said, labels)
SELECT i.project_id, i.split, coalesce(l.class_ids, ARRAY[l.class_id]), count(*)
FROM labels l JOIN images i ON i.id = l.image_id LEFT JOIN cycles c ON c.id = l.cycle_id
WHERE l.cycle_id IS NULL OR c.closed_at IS NOT NULL
GROUP BY 1, 2, 3
"""


def upgrade() -> None:
    op.create_table(
        "label_counts",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("split", ENUM(name="split", create_type=False), nullable=False),
        sa.Column("said", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("labels", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], "fk_label_counts_project_id_projects", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_label_counts"),
    )
    op.create_index("ix_label_counts_project_id", "label_counts", ["project_id"])
    op.execute(COUNT)
    op.execute(FUNCTION)
    for name, when in TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {when} FOR EACH STATEMENT EXECUTE FUNCTION count_labels()")


def downgrade() -> None:
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER {name} ON labels")
    op.execute("DROP FUNCTION count_labels()")
    op.drop_table("label_counts")

"""Labels are counted as they come, by what they say and by pool batch, but for those of an open cycle."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, ENUM

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

# Labels of a cycle that is labelled are left out, so that answers write none of these rows: closing adds them.
COUNTED = "(l.cycle_id IS NULL OR c.closed_at IS NOT NULL)"
OF_CYCLE = "LEFT JOIN cycles c ON c.id = l.cycle_id"
# Rows that add up, so that nobody who writes labels waits for anybody else who does.
BY_CLASS = f"""
INSERT INTO label_counts (project_id, split, said, labels)
SELECT i.project_id, i.split, coalesce(l.class_ids, ARRAY[l.class_id]), sum(n)
FROM (CHANGED) l JOIN images i ON i.id = l.image_id {OF_CYCLE}
WHERE {COUNTED} GROUP BY 1, 2, 3 HAVING sum(n) <> 0
"""  # noqa: S608  # words of our own
BY_BATCH = f"""
INSERT INTO batch_labels (pretext_run_id, pool_batch, labels)
SELECT s.pretext_run_id, s.pool_batch, sum(n)
FROM (CHANGED) l JOIN pretext_scores s ON s.image_id = l.image_id {OF_CYCLE}
WHERE {COUNTED} GROUP BY 1, 2 HAVING sum(n) <> 0
"""  # noqa: S608  # words of our own
# A cycle that is open stays so until this is committed; and who writes scores waits, to count what is there.
BRANCH = f"""
    IF TG_OP = 'OPERATION' THEN IF EXISTS (SOME) THEN
        PERFORM FROM cycles WHERE id IN (SELECT cycle_id FROM (CHANGED) l) AND closed_at IS NULL FOR KEY SHARE;
        IF NOT EXISTS (SELECT FROM (CHANGED) l {OF_CYCLE} WHERE {COUNTED}) THEN
            RETURN NULL;
        END IF;
        {BY_CLASS};
        IF EXISTS (
            SELECT FROM (CHANGED) l {OF_CYCLE} WHERE {COUNTED} GROUP BY l.image_id HAVING sum(n) <> 0
        ) THEN
            PERFORM pg_advisory_xact_lock_shared(hashtextextended(project_id::text, 0))
            FROM (SELECT DISTINCT project_id FROM (CHANGED) l) p;
            {BY_BATCH};
        END IF;
    END IF; END IF;
"""  # noqa: S608  # words of our own
LABEL = "SELECT project_id, image_id, cycle_id, class_id, class_ids"
CAME, WENT = f"{LABEL}, 1 AS n FROM came", f"{LABEL}, -1 AS n FROM went"
# An answer inserts a label, and updates none; both triggers run.
BRANCHES = {
    "INSERT": (CAME, f"SELECT FROM came l {OF_CYCLE} WHERE {COUNTED}"),
    "UPDATE": (f"{CAME} UNION ALL {WENT}", "SELECT FROM went"),
    "DELETE": (WENT, "SELECT FROM went"),
}
BODY = "".join(
    BRANCH.replace("OPERATION", name).replace("CHANGED", changed).replace("SOME", some)
    for name, (changed, some) in BRANCHES.items()
)
FUNCTION = f"""
CREATE FUNCTION count_labels() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {BODY}
    RETURN NULL;
END $$
"""
TRIGGERS = {
    "count_new_labels": "AFTER INSERT ON labels REFERENCING NEW TABLE AS came",
    "count_changed_labels": "AFTER UPDATE ON labels REFERENCING OLD TABLE AS went NEW TABLE AS came",
    "count_gone_labels": "AFTER DELETE ON labels REFERENCING OLD TABLE AS went",
}
EVERY = f"{LABEL}, 1 AS n FROM labels"


def _counts(name: str, owner: str, *columns: sa.Column) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column(f"{owner}_id", sa.Uuid(), nullable=False),
        *columns,
        sa.Column("labels", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            [f"{owner}_id"], [f"{owner}s.id"], f"fk_{name}_{owner}_id_{owner}s", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )
    op.create_index(f"ix_{name}_{owner}_id", name, [f"{owner}_id"])


def upgrade() -> None:
    split = sa.Column("split", ENUM(name="split", create_type=False), nullable=False)
    _counts("label_counts", "project", split, sa.Column("said", ARRAY(sa.Uuid()), nullable=False))
    _counts("batch_labels", "pretext_run", sa.Column("pool_batch", sa.Integer(), nullable=False))
    for count in (BY_CLASS, BY_BATCH):
        op.execute(count.replace("CHANGED", EVERY))
    op.execute(FUNCTION)
    for name, when in TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {when} FOR EACH STATEMENT EXECUTE FUNCTION count_labels()")


def downgrade() -> None:
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER {name} ON labels")
    op.execute("DROP FUNCTION count_labels()")
    op.drop_table("batch_labels")
    op.drop_table("label_counts")

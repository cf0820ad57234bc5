"""What came of each closed cycle, counted once, and which queue items tell more than one plain answer."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

TELLING = "cardinality(done_by) > 1 OR (state <> 'ANSWERED' AND cardinality(done_by) > 0)"
# As app.db.tallies was when this was written.
GIVEN = """
    SELECT a.* FROM queue_items q CROSS JOIN LATERAL (
        SELECT id, user_id, state FROM assignments WHERE queue_item_id = q.id OFFSET 0) a
    WHERE q.cycle_id = c.id
    UNION ALL
    SELECT a.* FROM control_items i CROSS JOIN LATERAL (
        SELECT id, user_id, state FROM assignments WHERE control_item_id = i.id OFFSET 0) a
    WHERE i.cycle_id = c.id"""
COUNTED = {
    "images": """
        SELECT coalesce(jsonb_object_agg(lower(state::text), n), '{}') FROM (
            SELECT state, count(*) n FROM queue_items WHERE cycle_id = c.id GROUP BY 1) i""",
    "people": """
        SELECT coalesce(jsonb_object_agg(user_id, n), '{}') FROM (
            SELECT user_id, count(*) n FROM (_given_) g WHERE state = 'ANSWERED' GROUP BY 1) p""",
    "quarters": """
        SELECT coalesce(jsonb_object_agg(user_id, quarters), '{}') FROM (
            SELECT user_id, jsonb_object_agg(quarter, n) quarters FROM (
                SELECT user_id, floor(extract(epoch FROM first) / 900)::bigint quarter, count(*) n
                FROM (_given_) g CROSS JOIN LATERAL (
                    SELECT min(created_at) first FROM annotations
                    WHERE assignment_id = g.id AND retracted_at IS NULL) f
                WHERE state = 'ANSWERED' AND first IS NOT NULL GROUP BY 1, 2
            ) q GROUP BY 1
        ) p""",
    "classes": """
        SELECT coalesce(jsonb_object_agg(said, n), '{}') FROM (
            SELECT said, count(*) n FROM (_given_) g
            CROSS JOIN LATERAL (
                SELECT coalesce(class_ids, ARRAY[class_id]) ids FROM annotations
                WHERE assignment_id = g.id OFFSET 0) s
            CROSS JOIN unnest(ids) said
            GROUP BY 1) k""",
}
NAMES = ", ".join(COUNTED)
COUNTS = ", ".join(f"({sql.replace('_given_', GIVEN)})" for sql in COUNTED.values())
COUNT = f"""
INSERT INTO cycle_tallies (cycle_id, {NAMES})
SELECT c.id, {COUNTS} FROM cycles c WHERE c.closed_at IS NOT NULL
"""  # noqa: S608  # words of our own


def upgrade() -> None:
    op.create_table(
        "cycle_tallies",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, JSONB(), nullable=False) for name in COUNTED),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycles.id"], "fk_cycle_tallies_cycle_id_cycles", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("cycle_id", name="pk_cycle_tallies"),
    )
    op.execute(COUNT)
    telling = sa.Column("telling", sa.Boolean(), sa.Computed(TELLING, persisted=True), nullable=False)
    op.add_column("queue_items", telling)
    op.create_index(
        "ix_queue_items_telling",
        "queue_items",
        ["cycle_id", "image_id"],
        postgresql_where=sa.text("telling"),
    )


def downgrade() -> None:
    op.drop_index("ix_queue_items_telling", "queue_items")
    op.drop_column("queue_items", "telling")
    op.drop_table("cycle_tallies")

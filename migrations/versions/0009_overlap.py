"""Several annotators an image: slots of queue items, one assignment a person, unsettled images, returns."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

RULES = ("MAJORITY", "REVIEWER")
# Whoever got an image again had a new assignment; now it is the same one. The one that counts stays.
MERGE = """
CREATE TEMPORARY TABLE kept ON COMMIT DROP AS
    SELECT a.id, first_value(a.id) OVER (
        PARTITION BY a.queue_item_id, a.user_id ORDER BY (q.assignment_id = a.id) DESC NULLS LAST, a.id DESC
    ) AS keep
    FROM assignments a JOIN queue_items q ON q.id = a.queue_item_id;
UPDATE annotations SET assignment_id = k.keep FROM kept k WHERE k.id = assignment_id AND k.keep <> k.id;
UPDATE annotations SET revision = n.place FROM (
    SELECT id, row_number() OVER (PARTITION BY assignment_id ORDER BY id) AS place FROM annotations
) n WHERE n.id = annotations.id AND n.place <> revision;
DELETE FROM assignments a USING kept k WHERE k.id = a.id AND k.keep <> k.id;
"""


def upgrade() -> None:
    op.drop_constraint("uq_annotations_assignment_id_revision", "annotations")
    for statement in MERGE.strip().rstrip(";").split(";"):
        op.execute(statement)
    op.create_unique_constraint(
        op.f("uq_annotations_assignment_id_revision"), "annotations", ["assignment_id", "revision"]
    )
    op.drop_index("ix_assignments_queue_item_id", "assignments")
    op.create_unique_constraint(
        op.f("uq_assignments_queue_item_id_user_id"), "assignments", ["queue_item_id", "user_id"]
    )
    op.add_column("assignments", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("assignments", sa.Column("comment", sa.String(), nullable=True))

    people = postgresql.ARRAY(sa.Uuid())
    added("queue_items", sa.Column("slots", sa.Integer(), nullable=False, server_default="1"))
    added("queue_items", sa.Column("holders", people, nullable=False, server_default="{}"))
    added("queue_items", sa.Column("done_by", people, nullable=False, server_default="{}"))
    for column, states in (("holders", "'OPEN'"), ("done_by", "'ANSWERED', 'SKIPPED'")):
        op.execute(
            f"UPDATE queue_items q SET {column} = ARRAY[a.user_id] FROM assignments a "  # noqa: S608
            f"WHERE a.id = q.assignment_id AND q.state IN ({states})"
        )
    op.create_check_constraint(
        op.f("ck_queue_items_slots"), "queue_items", "cardinality(holders) + cardinality(done_by) <= slots"
    )
    op.drop_column("queue_items", "assignment_id")

    rule = sa.Enum(*RULES, name="labelrule")
    rule.create(op.get_bind())
    added("cycles", sa.Column("overlap", sa.Integer(), nullable=False, server_default="1"))
    added("cycles", sa.Column("label_rule", rule, nullable=False, server_default="MAJORITY"))
    added("images", sa.Column("unsettled", sa.Boolean(), nullable=False, server_default="false"))
    for column in ("previous_class_id", "previous_source"):
        op.alter_column("reviews", column, nullable=True)
    op.create_table(
        "returns",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("image_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("to_user_id", sa.Uuid(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        foreign("project_id", "projects.id", "CASCADE"),
        foreign("image_id", "images.id", "CASCADE"),
        foreign("user_id", "users.id", "NO ACTION"),
        foreign("to_user_id", "users.id", "NO ACTION"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returns")),
    )
    for column in ("project_id", "image_id"):
        op.create_index(op.f(f"ix_returns_{column}"), "returns", [column])


def added(table: str, column: sa.Column) -> None:
    """Add a column; its default fills what is there, and from then on the code says what it writes."""
    op.add_column(table, column)
    op.alter_column(table, column.name, server_default=None)


def foreign(column: str, target: str, on_delete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_returns_{column}"), ondelete=on_delete)


def downgrade() -> None:
    """Labels and answers stay; of several people who hold an image, the first one does. Comments go."""
    op.drop_table("returns")
    op.execute(
        "UPDATE reviews SET previous_class_id = coalesce(previous_class_id, class_id), "
        "previous_source = coalesce(previous_source, 'ANNOTATION')"
    )
    for column in ("previous_class_id", "previous_source"):
        op.alter_column("reviews", column, nullable=False)
    op.execute("UPDATE projects SET settings = settings - 'overlap' - 'overlap_share' - 'label_rule'")
    op.drop_column("images", "unsettled")
    op.drop_column("cycles", "label_rule")
    op.drop_column("cycles", "overlap")
    op.execute("DROP TYPE labelrule")
    op.add_column("queue_items", sa.Column("assignment_id", sa.Uuid(), nullable=True))
    op.execute(
        "UPDATE queue_items q SET assignment_id = a.id FROM assignments a "
        "WHERE a.queue_item_id = q.id AND a.user_id = coalesce(q.done_by[1], q.holders[1])"
    )
    op.execute("UPDATE queue_items SET state = 'ANSWERED' WHERE state = 'OPEN' AND cardinality(done_by) > 0")
    op.drop_constraint("ck_queue_items_slots", "queue_items")
    for column in ("done_by", "holders", "slots"):
        op.drop_column("queue_items", column)
    op.drop_column("assignments", "comment")
    op.drop_column("assignments", "ended_at")
    op.drop_constraint("uq_assignments_queue_item_id_user_id", "assignments")
    op.create_index("ix_assignments_queue_item_id", "assignments", ["queue_item_id"])

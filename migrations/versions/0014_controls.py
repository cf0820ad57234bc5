"""Control images, and who was asked for which."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def id_and_time() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    ]


def foreign(table: str, column: str, target: str, on_delete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"), ondelete=on_delete)


def upgrade() -> None:
    op.create_table(
        "controls",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("image_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("class_id", sa.Uuid(), nullable=True),
        sa.Column("class_ids", postgresql.ARRAY(sa.Uuid()), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        *id_and_time(),
        foreign("controls", "project_id", "projects.id"),
        foreign("controls", "image_id", "images.id"),
        foreign("controls", "user_id", "users.id", "SET NULL"),
        foreign("controls", "class_id", "classes.id", "NO ACTION"),
        sa.CheckConstraint("num_nonnulls(class_id, class_ids) = 1", name=op.f("ck_controls_one_or_set")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_controls")),
    )
    for column in ("project_id", "image_id"):
        op.create_index(op.f(f"ix_controls_{column}"), "controls", [column])
    op.create_index(
        "uq_controls_marked",
        "controls",
        ["image_id"],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "control_items",
        sa.Column("control_id", sa.Uuid(), nullable=False),
        sa.Column("image_id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("suggested_class_id", sa.Uuid(), nullable=True),
        sa.Column("suggested_class_ids", postgresql.ARRAY(sa.Uuid()), nullable=True),
        *id_and_time(),
        foreign("control_items", "control_id", "controls.id"),
        foreign("control_items", "image_id", "images.id"),
        foreign("control_items", "cycle_id", "cycles.id"),
        foreign("control_items", "user_id", "users.id"),
        foreign("control_items", "suggested_class_id", "classes.id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_control_items")),
        sa.UniqueConstraint("user_id", "image_id", name=op.f("uq_control_items_user_id_image_id")),
        sa.UniqueConstraint(
            "cycle_id", "user_id", "position", "place",
            name=op.f("uq_control_items_cycle_id_user_id_position_place"),
        ),
    )  # fmt: skip
    for column in ("control_id", "image_id"):
        op.create_index(op.f(f"ix_control_items_{column}"), "control_items", [column])
    op.add_column("assignments", sa.Column("control_item_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_assignments_control_item_id"),
        "assignments",
        "control_items",
        ["control_item_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.create_unique_constraint(op.f("uq_assignments_control_item_id"), "assignments", ["control_item_id"])
    op.alter_column("assignments", "queue_item_id", nullable=True)
    op.create_check_constraint(
        op.f("ck_assignments_one_item"), "assignments", "num_nonnulls(queue_item_id, control_item_id) = 1"
    )
    random = sa.text("gen_random_uuid()")
    op.add_column("cycles", sa.Column("control_key", sa.Uuid(), nullable=False, server_default=random))
    op.alter_column("cycles", "control_key", server_default=None)


def downgrade() -> None:
    """Marks go, and with them what was answered for control images."""
    op.drop_column("cycles", "control_key")
    op.execute("DELETE FROM assignments WHERE control_item_id IS NOT NULL")
    op.drop_constraint("ck_assignments_one_item", "assignments")
    op.alter_column("assignments", "queue_item_id", nullable=False)
    op.drop_column("assignments", "control_item_id")
    op.drop_table("control_items")
    op.drop_table("controls")
    op.execute("UPDATE projects SET settings = settings - 'control_share'")

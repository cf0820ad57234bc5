"""Classes that are merged or removed stay, with a history of changes; invitations; failed tries."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

LIVE = "merged_into_id IS NULL AND removed_at IS NULL"
# Models told their classes by name only; names that no class has any more have no id.
IDS_OF_MODELS = """
UPDATE models SET class_ids = (
    SELECT coalesce(jsonb_agg(classes.id ORDER BY told.place), '[]')
    FROM jsonb_array_elements_text(models.classes) WITH ORDINALITY AS told(name, place)
    LEFT JOIN classes ON classes.project_id = models.project_id AND classes.name = told.name
)
"""
# 0003 knows no merged classes: answers that named one name the class they count for, and the row goes.
FOLLOW = """
WITH RECURSIVE ends(id, last) AS (
    SELECT id, merged_into_id FROM classes WHERE merged_into_id IS NOT NULL
    UNION ALL
    SELECT ends.id, classes.merged_into_id FROM ends JOIN classes ON classes.id = ends.last
    WHERE classes.merged_into_id IS NOT NULL
), roots AS (
    SELECT ends.id, ends.last FROM ends JOIN classes ON classes.id = ends.last
    WHERE classes.merged_into_id IS NULL
)
UPDATE {table} SET {column} = roots.last FROM roots WHERE {table}.{column} = roots.id
"""
# Nor removed ones: those that no answer names go, the others are classes again, under a name of their own.
UNUSED = """
DELETE FROM classes WHERE removed_at IS NOT NULL
    AND NOT EXISTS (SELECT FROM annotations WHERE annotations.class_id = classes.id)
"""
OWN_NAME = (
    "UPDATE classes SET name = name || ' (removed ' || id || ')', hotkey = NULL WHERE removed_at IS NOT NULL"
)


def _id() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    ]


def _ref(
    name: str, target: str, on_delete: str, *, nullable: bool = False, primary: bool = False
) -> sa.Column:
    key = sa.ForeignKey(target, ondelete=on_delete)
    return sa.Column(name, sa.Uuid(), key, nullable=nullable, primary_key=primary)


def upgrade() -> None:
    op.add_column(
        "classes", sa.Column("former_names", postgresql.JSONB(), nullable=False, server_default="[]")
    )
    op.alter_column("classes", "former_names", server_default=None)
    op.add_column("classes", sa.Column("merged_into_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_classes_merged_into_id"),
        "classes",
        "classes",
        ["merged_into_id"],
        ["id"],
        ondelete="NO ACTION",
    )
    op.add_column("classes", sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint("uq_classes_project_id_name", "classes")
    op.create_index(
        "uq_classes_live_name", "classes", ["project_id", "name"], unique=True, postgresql_where=sa.text(LIVE)
    )
    op.create_index("ix_classes_project_id", "classes", ["project_id"])

    op.add_column("models", sa.Column("class_ids", postgresql.JSONB(), nullable=False, server_default="[]"))
    op.alter_column("models", "class_ids", server_default=None)
    op.execute(IDS_OF_MODELS)

    kind = sa.Enum("ADDED", "CHANGED", "MERGED", "UNMERGED", "REMOVED", name="schemachangekind")
    op.create_table(
        "schema_changes",
        *_id(),
        _ref("project_id", "projects.id", "CASCADE"),
        _ref("user_id", "users.id", "SET NULL", nullable=True),
        _ref("class_id", "classes.id", "NO ACTION"),
        sa.Column("kind", kind, nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=False),
        sa.Column("after", postgresql.JSONB(), nullable=False),
    )
    op.create_index("ix_schema_changes_project_id_id", "schema_changes", ["project_id", "id"])
    op.create_table(
        "merged_labels",
        _ref("change_id", "schema_changes.id", "CASCADE", primary=True),
        _ref("image_id", "images.id", "CASCADE", primary=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(op.f("ix_merged_labels_image_id"), "merged_labels", ["image_id"])

    role = postgresql.ENUM(name="role", create_type=False)
    op.create_table(
        "invitations",
        *_id(),
        _ref("project_id", "projects.id", "CASCADE"),
        _ref("invited_by_id", "users.id", "SET NULL", nullable=True),
        sa.Column("role", role, nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False, unique=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        _ref("used_by_id", "users.id", "SET NULL", nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index(op.f("ix_invitations_project_id"), "invitations", ["project_id"])
    op.create_table("tries", *_id(), sa.Column("key", sa.String(), nullable=False))
    op.create_index("ix_tries_key_created_at", "tries", ["key", "created_at"])


def downgrade() -> None:
    for name in ("tries", "invitations", "merged_labels", "schema_changes"):
        op.drop_table(name)
    sa.Enum(name="schemachangekind").drop(op.get_bind())
    op.drop_column("models", "class_ids")
    op.execute(FOLLOW.format(table="annotations", column="class_id"))
    op.execute(FOLLOW.format(table="queue_items", column="suggested_class_id"))
    op.execute("DELETE FROM classes WHERE merged_into_id IS NOT NULL")
    op.execute(UNUSED)
    op.execute(OWN_NAME)
    op.drop_index("ix_classes_project_id", "classes")
    op.drop_index("uq_classes_live_name", "classes")
    op.create_unique_constraint("uq_classes_project_id_name", "classes", ["project_id", "name"])
    for name in ("removed_at", "merged_into_id", "former_names"):
        op.drop_column("classes", name)

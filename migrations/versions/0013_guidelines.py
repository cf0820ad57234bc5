"""Guidelines with their history and readers, example images of classes, previews of imports."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KINDS = ("IMPORT", "PRETEXT", "QUERY", "TRAINING", "EXPORT", "BACKTEST", "LABEL_CHECK")


def id_and_time() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    ]


def foreign(table: str, column: str, target: str, on_delete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"), ondelete=on_delete)


def upgrade() -> None:
    op.execute("ALTER TYPE jobkind ADD VALUE IF NOT EXISTS 'IMPORT_PREVIEW'")
    op.create_table(
        "guidelines",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        *id_and_time(),
        foreign("guidelines", "project_id", "projects.id"),
        foreign("guidelines", "user_id", "users.id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guidelines")),
    )
    op.create_index("ix_guidelines_project_id_id", "guidelines", ["project_id", "id"])
    op.create_table(
        "guideline_readings",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        foreign("guideline_readings", "project_id", "projects.id"),
        foreign("guideline_readings", "user_id", "users.id"),
        sa.PrimaryKeyConstraint("project_id", "user_id", name=op.f("pk_guideline_readings")),
    )
    op.create_index(op.f("ix_guideline_readings_user_id"), "guideline_readings", ["user_id"])
    op.create_table(
        "class_examples",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("image_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Enum("EXAMPLE", "COUNTER_EXAMPLE", name="examplekind"), nullable=False),
        sa.Column("caption", sa.String(), nullable=False),
        *id_and_time(),
        foreign("class_examples", "project_id", "projects.id"),
        foreign("class_examples", "class_id", "classes.id"),
        foreign("class_examples", "image_id", "images.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_examples")),
        sa.UniqueConstraint("class_id", "image_id", name=op.f("uq_class_examples_class_id_image_id")),
    )
    op.create_index(op.f("ix_class_examples_project_id"), "class_examples", ["project_id"])
    op.create_index(op.f("ix_class_examples_image_id"), "class_examples", ["image_id"])


def downgrade() -> None:
    """The guidelines of projects go, with their history; those of classes stay."""
    for table in ("class_examples", "guideline_readings", "guidelines"):
        op.drop_table(table)
    op.execute("DROP TYPE examplekind")
    op.execute("DELETE FROM jobs WHERE kind = 'IMPORT_PREVIEW'")
    op.execute("ALTER TYPE jobkind RENAME TO jobkind_old")
    sa.Enum(*KINDS, name="jobkind").create(op.get_bind())
    op.execute("ALTER TABLE jobs ALTER COLUMN kind TYPE jobkind USING kind::text::jobkind")
    op.execute("DROP TYPE jobkind_old")

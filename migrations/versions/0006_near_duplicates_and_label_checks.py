"""Near-duplicates that a query held back; label checks, suspects and reviews."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SOURCES = ("IMPORT", "ANNOTATION")
KINDS = ("IMPORT", "PRETEXT", "QUERY", "TRAINING", "EXPORT", "BACKTEST")


def id_and_time() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    ]


def foreign(table: str, column: str, target: str, on_delete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"), ondelete=on_delete)


def upgrade() -> None:
    op.add_column("cycles", sa.Column("held_back", sa.Integer(), nullable=False, server_default="0"))
    op.alter_column("cycles", "held_back", server_default=None)
    op.execute("ALTER TYPE jobkind ADD VALUE IF NOT EXISTS 'LABEL_CHECK'")
    op.execute("ALTER TYPE labelsource ADD VALUE IF NOT EXISTS 'REVIEW'")
    source = postgresql.ENUM(name="labelsource", create_type=False)
    op.create_table(
        "reviews",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("image_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("previous_class_id", sa.Uuid(), nullable=False),
        sa.Column("previous_source", source, nullable=False),
        *id_and_time(),
        foreign("reviews", "project_id", "projects.id"),
        foreign("reviews", "image_id", "images.id"),
        foreign("reviews", "user_id", "users.id", "NO ACTION"),
        foreign("reviews", "class_id", "classes.id", "NO ACTION"),
        foreign("reviews", "previous_class_id", "classes.id", "NO ACTION"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    op.create_index("ix_reviews_project_id_id", "reviews", ["project_id", "id"])
    op.create_index(op.f("ix_reviews_image_id"), "reviews", ["image_id"])
    op.create_table(
        "label_checks",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("folds", sa.Integer(), nullable=False),
        sa.Column("checked", sa.Integer(), nullable=True),
        sa.Column("left_out", sa.Integer(), nullable=True),
        sa.Column("agreement", sa.Double(), nullable=True),
        *id_and_time(),
        foreign("label_checks", "project_id", "projects.id"),
        foreign("label_checks", "job_id", "jobs.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_checks")),
    )
    op.create_index("ix_label_checks_project_id_id", "label_checks", ["project_id", "id"])
    op.create_table(
        "suspects",
        sa.Column("label_check_id", sa.Uuid(), nullable=False),
        sa.Column("image_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("suggested_class_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=True),
        foreign("suspects", "label_check_id", "label_checks.id"),
        foreign("suspects", "image_id", "images.id"),
        foreign("suspects", "class_id", "classes.id"),
        foreign("suspects", "suggested_class_id", "classes.id"),
        foreign("suspects", "review_id", "reviews.id", "SET NULL"),
        sa.PrimaryKeyConstraint("label_check_id", "image_id", name=op.f("pk_suspects")),
        sa.UniqueConstraint("label_check_id", "position", name=op.f("uq_suspects_label_check_id_position")),
    )
    op.create_index(op.f("ix_suspects_image_id"), "suspects", ["image_id"])


def downgrade() -> None:
    """Labels keep the class that a reviewer gave them, and count as annotations; the history goes."""
    for table in ("suspects", "label_checks", "reviews"):
        op.drop_table(table)
    op.execute("DELETE FROM jobs WHERE kind = 'LABEL_CHECK'")
    op.execute("UPDATE labels SET source = 'ANNOTATION' WHERE source = 'REVIEW'")
    narrow("labelsource", "labels", "source", SOURCES)
    narrow("jobkind", "jobs", "kind", KINDS)
    op.drop_column("cycles", "held_back")


def narrow(name: str, table: str, column: str, values: tuple[str, ...]) -> None:
    """Give an enum only these values: PostgreSQL cannot take one out, so that a new type takes its place."""
    op.execute(f"ALTER TYPE {name} RENAME TO {name}_old")
    sa.Enum(*values, name=name).create(op.get_bind())
    op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE {name} USING {column}::text::{name}")
    op.execute(f"DROP TYPE {name}_old")

"""Lists and counts that cost the same however large a pool is: indexes, and what is counted kept."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ENUM, JSONB

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

ORDERS = {
    "ix_images_filename": "filename",
    "ix_images_hardest": "COALESCE(pretext_loss, '-1e+30'::double precision)",
    "ix_images_easiest": "COALESCE(pretext_loss, '1e+30'::double precision)",
    "ix_images_least_sure": "COALESCE(confidence, '1e+30'::double precision)",
}
FUNCTION = """
CREATE FUNCTION count_images() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO image_counts (project_id, split, images, bytes)
        SELECT project_id, split, count(*), sum(bytes) FROM changed
        GROUP BY project_id, split ORDER BY project_id, split
        ON CONFLICT (project_id, split) DO UPDATE SET
            images = image_counts.images + EXCLUDED.images, bytes = image_counts.bytes + EXCLUDED.bytes;
    ELSE
        UPDATE image_counts c SET images = c.images - d.images, bytes = c.bytes - d.bytes
        FROM (
            SELECT project_id, split, count(*) AS images, sum(bytes) AS bytes FROM changed
            GROUP BY project_id, split
        ) d
        WHERE c.project_id = d.project_id AND c.split = d.split;
    END IF;
    RETURN NULL;
END $$
"""
TRIGGERS = {
    "count_new_images": "AFTER INSERT ON images REFERENCING NEW TABLE AS changed",
    "count_gone_images": "AFTER DELETE ON images REFERENCING OLD TABLE AS changed",
}
HELD = """
UPDATE pretext_runs r SET batches = held.batches FROM (
    SELECT pretext_run_id, jsonb_object_agg(
        pool_batch::text, jsonb_build_object('size', size, 'lowest', lowest, 'highest', highest)) AS batches
    FROM (
        SELECT pretext_run_id, pool_batch, count(*) size, min(loss) lowest, max(loss) highest
        FROM pretext_scores GROUP BY pretext_run_id, pool_batch
    ) b GROUP BY pretext_run_id
) held WHERE held.pretext_run_id = r.id
"""
CONFIDENCES = """
UPDATE images SET confidence = newest.score FROM (
    SELECT DISTINCT ON (image_id) image_id, score FROM queue_items WHERE score IS NOT NULL
    ORDER BY image_id, id DESC
) newest WHERE newest.image_id = images.id
"""


def upgrade() -> None:
    split = ENUM(name="split", create_type=False)
    op.create_table(
        "image_counts",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("split", split, nullable=False),
        sa.Column("images", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], "fk_image_counts_project_id_projects", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("project_id", "split", name="pk_image_counts"),
    )
    op.execute(
        "INSERT INTO image_counts SELECT project_id, split, count(*), sum(bytes) FROM images GROUP BY 1, 2"
    )
    op.execute(FUNCTION)
    for name, when in TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {when} FOR EACH STATEMENT EXECUTE FUNCTION count_images()")
    op.add_column("images", sa.Column("confidence", sa.Float()))
    op.execute(CONFIDENCES)
    for name, key in ORDERS.items():
        op.execute(f"CREATE INDEX {name} ON images (project_id, {key}, id)")
    op.create_index("ix_images_project_id_id", "images", ["project_id", "id"])
    unsettled = sa.text("unsettled")
    op.create_index("ix_images_unsettled", "images", ["project_id", "id"], postgresql_where=unsettled)
    op.create_index("ix_pretext_scores_loss", "pretext_scores", ["pretext_run_id", "loss", "image_id"])
    flagged = sa.text("flagged")
    op.create_index(
        "ix_annotations_flagged", "annotations", ["project_id", "image_id"], postgresql_where=flagged
    )
    batches = sa.Column("batches", JSONB(), nullable=False, server_default=sa.text("'{}'"))
    op.add_column("pretext_runs", batches)
    op.execute(HELD)


def downgrade() -> None:
    op.drop_column("pretext_runs", "batches")
    op.drop_index("ix_annotations_flagged", "annotations")
    op.drop_index("ix_pretext_scores_loss", "pretext_scores")
    for name in ("ix_images_unsettled", "ix_images_project_id_id", *ORDERS):
        op.drop_index(name, "images")
    op.drop_column("images", "confidence")
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER {name} ON images")
    op.execute("DROP FUNCTION count_images()")
    op.drop_table("image_counts")

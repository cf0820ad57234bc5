"""Losses and pool batches are read off the scores of the newest run, not off the images."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

NEVER = {"ix_images_hardest": "-1e+30", "ix_images_easiest": "1e+30"}
SHOW = """
UPDATE images SET pool_batch = s.pool_batch, pretext_loss = s.loss
FROM pretext_scores s, (
    SELECT DISTINCT ON (project_id) id FROM pretext_runs WHERE finished_at IS NOT NULL
    ORDER BY project_id, finished_at DESC, id DESC
) newest
WHERE s.pretext_run_id = newest.id AND s.image_id = images.id
"""


def upgrade() -> None:
    # What the images say of the newest run, its scores say, too.
    for name in ("ix_images_pool_batch", *NEVER):
        op.drop_index(name, "images")
    op.drop_column("images", "pool_batch")
    op.drop_column("images", "pretext_loss")
    op.drop_constraint("pk_pretext_scores", "pretext_scores")
    op.create_primary_key("pk_pretext_scores", "pretext_scores", ["image_id", "pretext_run_id"])
    op.drop_index("ix_pretext_scores_image_id", "pretext_scores")
    op.create_index(
        "ix_pretext_scores_pool_batch", "pretext_scores", ["pretext_run_id", "pool_batch", "image_id"]
    )


def downgrade() -> None:
    op.drop_index("ix_pretext_scores_pool_batch", "pretext_scores")
    op.create_index("ix_pretext_scores_image_id", "pretext_scores", ["image_id"])
    op.drop_constraint("pk_pretext_scores", "pretext_scores")
    op.create_primary_key("pk_pretext_scores", "pretext_scores", ["pretext_run_id", "image_id"])
    op.add_column("images", sa.Column("pool_batch", sa.Integer()))
    op.add_column("images", sa.Column("pretext_loss", sa.Double()))
    op.execute(SHOW)
    op.create_index("ix_images_pool_batch", "images", ["project_id", "pool_batch", "id"])
    for name, loss in NEVER.items():
        key = f"COALESCE(pretext_loss, '{loss}'::double precision)"
        op.execute(f"CREATE INDEX {name} ON images (project_id, {key}, id)")

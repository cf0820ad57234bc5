"""Losses and pool batches that were kept with the images."""

from uuid import uuid4

from alembic import command
from sqlalchemy import Engine, text

from app.db.migrate import alembic_config
from tests.service.test_migrations import ID, empty, fill_0006, migrate

__all__ = ["empty"]


def test_images_of_before_0029_get_back_what_the_newest_run_says_of_them(empty: Engine) -> None:
    fill_0006(empty)
    migrate(empty, "0027")
    run = """
        INSERT INTO pretext_runs (id, project_id, job_id, task, pool_batches, seed, history, lower_bounds,
            "order", finished_at)
        SELECT cast(:run AS uuid), project_id, job_id, task, pool_batches, seed, history, lower_bounds,
            "order", cast(:finished AS timestamptz)
        FROM pretext_runs WHERE id = :id
    """
    score = """
        INSERT INTO pretext_scores (pretext_run_id, image_id, loss, rank, pool_batch)
        VALUES (:run, :id, :loss, 0, 1)
    """
    finished = ("2026-01-02", "2026-01-03", "2026-01-01", None)
    with empty.begin() as connection:
        for loss, at in enumerate(finished):
            values = {"id": ID, "run": uuid4(), "finished": at, "loss": loss}
            connection.execute(text(run), values)
            connection.execute(text(score), values)
        connection.execute(text("UPDATE images SET pretext_loss = 1, pool_batch = 1"))
    migrate(empty, "0029")
    with empty.connect() as connection:
        kept = connection.scalars(text("SELECT loss FROM pretext_scores ORDER BY 1")).all()
    command.downgrade(alembic_config(empty.url.render_as_string(hide_password=False)), "0027")
    with empty.connect() as connection:
        back = connection.execute(text("SELECT pretext_loss, pool_batch FROM images")).all()
    assert kept == [0, 1, 2, 3]
    assert back == [(1, 1)]

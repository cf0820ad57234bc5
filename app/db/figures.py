"""Figures of the whole deployment, for metrics: each is found by an index, and reads no history."""

from datetime import datetime, timedelta
from typing import Any, LiteralString

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db.base import first_id

MINUTE = timedelta(minutes=1)
_LONGEST = text("SET LOCAL statement_timeout = '5s'")  # whoever scrapes does not wait longer
# Written out, so that every plan may use the partial indexes whose conditions these are.
STATEMENTS: dict[str, LiteralString] = {
    "open_items": """
        SELECT count(*) FROM queue_items q JOIN cycles c ON c.id = q.cycle_id
        WHERE q.state = 'OPEN' AND c.state = 'LABELLING'""",
    "oldest_lease": """
        SELECT coalesce(extract(epoch FROM now() - min(a.created_at)), 0)
        FROM users u CROSS JOIN LATERAL (
            SELECT created_at FROM assignments
            WHERE user_id = u.id AND state = 'LEASED' AND expires_at > now() OFFSET 0
        ) a""",
    "answers": "SELECT count(*) FROM annotations WHERE id >= :minute",
    "live_jobs": """
        SELECT lower(kind::text), lower(status::text), count(*) FROM jobs
        WHERE status IN ('QUEUED', 'RUNNING') GROUP BY 1, 2""",
    "oldest_queued_job": """
        SELECT coalesce(extract(epoch FROM now() - min(created_at)), 0) FROM jobs WHERE status = 'QUEUED'""",
    "ended_jobs": """
        SELECT lower(kind::text), lower(status::text), count(*) FROM jobs
        WHERE finished_at > now() - interval '1 hour' AND status IN ('SUCCEEDED', 'FAILED', 'CANCELLED')
        GROUP BY 1, 2""",
    "job_seconds": """
        SELECT lower(kind::text), percentile_cont(ARRAY[0.5, 0.95, 1]) WITHIN GROUP
            (ORDER BY extract(epoch FROM finished_at - started_at))
        FROM jobs WHERE finished_at > now() - interval '1 hour' AND status = 'SUCCEEDED' GROUP BY 1""",
    "cycles": "SELECT lower(state::text), count(*) FROM cycles WHERE state <> 'DONE' GROUP BY 1",
    "images": "SELECT lower(split::text), sum(images) FROM image_counts GROUP BY 1",
    "workers": "SELECT count(*) FROM worker_heartbeats WHERE beat_at > now() - interval '30 seconds'",
    # Of each machine, as any of its workers told last.
    "gpus": """
        SELECT DISTINCT ON (1, 2) split_part(name, ':', 1), gpu->>'gpu', (gpu->>'used')::float8,
            (gpu->>'total')::float8
        FROM worker_heartbeats, jsonb_array_elements(gpus) gpu
        WHERE beat_at > now() - interval '30 seconds' ORDER BY 1, 2, beat_at DESC""",
    "training_speed": """
        SELECT coalesce((j.result->>'images_per_second')::float8, 0)
        FROM cycles c JOIN jobs j ON j.id = c.training_job_id
        WHERE c.id = (SELECT cycle_id FROM models ORDER BY id DESC LIMIT 1)""",
}


def parameters(now: datetime) -> dict[str, Any]:
    """Return what the statements are asked with."""
    return {"minute": first_id(now - MINUTE)}


def figures(db: Session, now: datetime) -> dict[str, list[Any]]:
    """Return the rows of each statement, by its name."""
    db.execute(_LONGEST)
    asked = parameters(now)
    return {name: list(db.execute(text(sql), asked).all()) for name, sql in STATEMENTS.items()}

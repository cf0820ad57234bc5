"""How many labels there are: kept as they come, but for those of an open cycle, which are counted.

Triggers on `labels` keep them, in rows that add up.
See docs/decisions/0040-closed-cycles-are-counted-once.md.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, text
from sqlalchemy.orm import Session

from app.db.models import PretextRun
from app.domain.enums import Split


@dataclass(frozen=True)
class Said:
    """What a label says, of an image of which split: one class, or a set of them in ascending order."""

    project_id: UUID
    split: Split
    classes: tuple[UUID, ...]


# From label to label, by `OFFSET 0`: the planner knows the average cycle alone.
_OF_CYCLE = """
    SELECT l.project_id, i.split, coalesce(l.class_ids, ARRAY[l.class_id]) said, count(*) labels
    FROM cycles c CROSS JOIN LATERAL (
        SELECT project_id, image_id, class_id, class_ids FROM labels WHERE cycle_id = c.id OFFSET 0
    ) l CROSS JOIN LATERAL (SELECT split FROM images WHERE id = l.image_id OFFSET 0) i"""
_COUNTED = f"""
SELECT project_id, lower(split::text), said, sum(labels) FROM (
    SELECT project_id, split, said, labels FROM label_counts WHERE project_id = ANY(:projects)
    UNION ALL
    ({_OF_CYCLE} WHERE c.project_id = ANY(:with_open) AND c.state = 'LABELLING' GROUP BY 1, 2, 3)
) counted GROUP BY 1, 2, 3
"""  # noqa: S608  # made of the text above
_OF_PROJECT = "hashtextextended(project_id::text, 0)"
_LOCK_SHARED = f"SELECT pg_advisory_xact_lock_shared({_OF_PROJECT}) FROM cycles WHERE id = :cycle"  # noqa: S608
_LOCK = f"SELECT pg_advisory_xact_lock({_OF_PROJECT}) FROM pretext_runs WHERE id = :run"  # noqa: S608
# The last statement sees what was committed while the lock was waited for.
_CLOSE = (
    "INSERT INTO label_counts (project_id, split, said, labels)"
    + _OF_CYCLE
    + " WHERE c.id = :cycle GROUP BY 1, 2, 3",
    _LOCK_SHARED,
    """
    INSERT INTO batch_labels (pretext_run_id, pool_batch, labels)
    SELECT s.pretext_run_id, s.pool_batch, count(*)
    FROM labels l JOIN pretext_scores s ON s.image_id = l.image_id
    WHERE l.cycle_id = :cycle GROUP BY 1, 2""",
)
_SCORED = """
    INSERT INTO batch_labels (pretext_run_id, pool_batch, labels)
    SELECT s.pretext_run_id, s.pool_batch, count(*)
    FROM pretext_scores s JOIN labels l ON l.image_id = s.image_id LEFT JOIN cycles c ON c.id = l.cycle_id
    WHERE s.pretext_run_id = :run AND (:images IS NULL OR s.image_id = ANY(:images))
        AND (l.cycle_id IS NULL OR c.closed_at IS NOT NULL)
    GROUP BY 1, 2"""
_BY_BATCH = """
SELECT pool_batch, sum(labels) FROM (
    SELECT pool_batch, labels FROM batch_labels WHERE pretext_run_id = :run
    UNION ALL
    SELECT s.pool_batch, 1 FROM cycles c CROSS JOIN LATERAL (
        SELECT image_id FROM labels WHERE cycle_id = c.id OFFSET 0
    ) l CROSS JOIN LATERAL (
        SELECT pool_batch FROM pretext_scores WHERE image_id = l.image_id AND pretext_run_id = :run OFFSET 0
    ) s WHERE c.project_id = :project AND c.state = 'LABELLING' AND :of_open
) counted GROUP BY 1
"""
_ADD_UP = (
    """
    WITH gone AS (
        DELETE FROM label_counts WHERE project_id IN (
            SELECT project_id FROM label_counts GROUP BY 1
            HAVING count(*) - count(DISTINCT (split, said)) > :most)
        RETURNING project_id, split, said, labels
    )
    INSERT INTO label_counts (project_id, split, said, labels)
    SELECT project_id, split, said, sum(labels) FROM gone GROUP BY 1, 2, 3 HAVING sum(labels) <> 0""",
    """
    WITH gone AS (
        DELETE FROM batch_labels WHERE pretext_run_id IN (
            SELECT pretext_run_id FROM batch_labels GROUP BY 1
            HAVING count(*) - count(DISTINCT pool_batch) > :most)
        RETURNING pretext_run_id, pool_batch, labels
    )
    INSERT INTO batch_labels (pretext_run_id, pool_batch, labels)
    SELECT pretext_run_id, pool_batch, sum(labels) FROM gone GROUP BY 1, 2 HAVING sum(labels) <> 0""",
)


def counts(session: Session, project_ids: Sequence[UUID], without_open: Sequence[UUID] = ()) -> Counter[Said]:
    """Count the labels of projects; those of `without_open` without their open cycle's."""
    ids = ARRAY(Uuid())
    query = text(_COUNTED).bindparams(bindparam("projects", type_=ids), bindparam("with_open", type_=ids))
    of_open = [key for key in project_ids if key not in without_open]
    rows = session.execute(query, {"projects": list(project_ids), "with_open": of_open})
    return Counter(
        {
            Said(project, Split(split), tuple(said)): int(labels)
            for project, split, said, labels in rows
            if labels
        }
    )


def by_batch(session: Session, run: PretextRun, *, of_open_cycle: bool) -> dict[int, int]:
    """Count the labels of each pool batch of a run that has some."""
    values = {"run": run.id, "project": run.project_id, "of_open": of_open_cycle}
    rows = session.execute(text(_BY_BATCH), values)
    return {number: int(labels) for number, labels in rows if labels}


def add_of_cycle(session: Session, cycle_id: UUID) -> None:
    """Keep the counts of the labels of a locked cycle that closes."""
    for sql in _CLOSE:
        session.execute(text(sql), {"cycle": cycle_id})


def add_of_scores(session: Session, run_id: UUID, image_ids: Sequence[UUID] | None) -> None:
    """Keep the count of the labels that images have whose scores a run has just got; None: all of its images.

    Whoever changes such labels waits until the transaction ends.
    """
    images = bindparam("images", type_=ARRAY(Uuid()))
    session.execute(text(_LOCK), {"run": run_id})
    session.execute(text(_SCORED).bindparams(images), {"run": run_id, "images": image_ids})


def add_up(session: Session, most: int) -> None:
    """Make one row of those that say the same, in each project or run that has more than so many too many."""
    for sql in _ADD_UP:
        session.execute(text(sql), {"most": most})

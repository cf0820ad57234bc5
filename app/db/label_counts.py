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
_CLOSE = f"""
INSERT INTO label_counts (project_id, split, said, labels) {_OF_CYCLE} WHERE c.id = :cycle GROUP BY 1, 2, 3
"""  # made of the text above
_ADD_UP = """
WITH gone AS (
    DELETE FROM label_counts WHERE project_id IN (
        SELECT project_id FROM label_counts GROUP BY 1
        HAVING count(*) - count(DISTINCT (split, said)) > :most)
    RETURNING project_id, split, said, labels
)
INSERT INTO label_counts (project_id, split, said, labels)
SELECT project_id, split, said, sum(labels) FROM gone GROUP BY 1, 2, 3 HAVING sum(labels) <> 0
"""


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


def add_of_cycle(session: Session, cycle_id: UUID) -> None:
    """Keep the count of the labels of a locked cycle that closes."""
    session.execute(text(_CLOSE), {"cycle": cycle_id})


def add_up(session: Session, most: int) -> None:
    """Make one row of those that say the same, in each project that has more than so many too many."""
    session.execute(text(_ADD_UP), {"most": most})

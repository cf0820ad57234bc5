"""The answer that most are: the first one for an image that one answer decides. Three statements keep it.

Whatever is not so simple (somebody else's lease, a second answer, several people, sets of classes, a class
that has another name now) is left to `app.services.labelling`, with what was locked here still locked.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.db.base import new_id
from app.db.driver import Steps

# As `queue.locked_with_cycle`: the cycle first, shared, then the item.
_LOCK = """
WITH cycle AS MATERIALIZED (
    SELECT id, project_id, state, label_rule FROM cycles
    WHERE id = (SELECT q.cycle_id FROM assignments a JOIN queue_items q ON q.id = a.queue_item_id
                WHERE a.id = %(assignment)s)
    FOR SHARE
)
SELECT q.id, q.image_id, q.holders, cycle.id, cycle.project_id,
    cycle.state = 'LABELLING' AND cycle.label_rule <> 'REVIEWER' AND q.slots = 1 AND q.done_by = '{}'
FROM cycle JOIN queue_items q
    ON q.id = (SELECT queue_item_id FROM assignments WHERE id = %(assignment)s)
FOR UPDATE OF q
"""

# A statement of its own: it sees what became of the assignment while the item's lock was waited for. The
# class is kept from being merged or removed until the transaction ends.
_READ = """
WITH class AS MATERIALIZED (
    SELECT id FROM classes
    WHERE project_id = %(project)s AND name = %(name)s AND merged_into_id IS NULL AND removed_at IS NULL
    FOR KEY SHARE
)
SELECT class.id FROM class, assignments a, projects p
WHERE a.id = %(assignment)s AND a.user_id = %(user)s AND a.state = 'LEASED' AND a.comment IS NULL
    AND p.id = %(project)s AND p.task = 'CLASSIFICATION'
    AND NOT EXISTS (SELECT FROM annotations WHERE assignment_id = a.id)
"""

_KEEP = """
WITH kept AS (
    INSERT INTO annotations (id, project_id, image_id, assignment_id, user_id, class_id, revision,
        elapsed_ms, note, flagged)
    VALUES (%(id)s, %(project)s, %(image)s, %(assignment)s, %(user)s, %(class)s, 1,
        %(elapsed_ms)s, %(note)s, %(flagged)s)
    RETURNING created_at
), told AS (
    UPDATE assignments SET state = 'ANSWERED', ended_at = clock_timestamp() WHERE id = %(assignment)s
), done AS (
    UPDATE queue_items
    SET state = 'ANSWERED', holders = '{}', done_by = ARRAY[%(user)s], leased_until = NULL
    WHERE id = %(item)s
), label AS (
    INSERT INTO labels AS l (image_id, project_id, class_id, source, cycle_id, updated_at)
    VALUES (%(image)s, %(project)s, %(class)s, 'ANNOTATION', %(cycle)s, clock_timestamp())
    ON CONFLICT (image_id) DO UPDATE
    SET class_id = excluded.class_id, class_ids = NULL, source = excluded.source,
        cycle_id = excluded.cycle_id, updated_at = excluded.updated_at
    WHERE l.source <> 'REVIEW'
)
SELECT created_at FROM kept
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said: the class's name, milliseconds, a note, and whether a reviewer should look."""

    class_name: str
    elapsed_ms: int | None
    note: str | None
    flagged: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """The annotation that was written."""

    id: UUID
    image_id: UUID
    cycle_id: UUID
    created_at: datetime


def first_answer(assignment_id: UUID, user_id: UUID, said: Answer) -> Steps[Kept | None]:
    """Keep an answer with the label that follows from it; None, and nothing written, if it is no such."""
    found = yield _LOCK, {"assignment": assignment_id}
    if not found:
        return None
    item, image, holders, cycle, project, decides = found[0]
    if not decides or holders != [user_id]:
        return None
    values = {"assignment": assignment_id, "project": project, "user": user_id, "name": said.class_name}
    named = yield _READ, values
    if not named:
        return None
    key = new_id()
    values |= {"id": key, "image": image, "class": named[0][0], "item": item, "cycle": cycle}
    values |= {"elapsed_ms": said.elapsed_ms, "note": said.note, "flagged": said.flagged}
    kept = yield _KEEP, values
    return Kept(key, image, cycle, kept[0][0])

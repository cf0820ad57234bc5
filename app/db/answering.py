"""The answer that most are: somebody's first one for an image they hold.

One statement keeps it where nobody else is asked, and three or four where others are.

Whatever is not so simple (a lease that went elsewhere, a second answer, a reviewer who decides, sets of
classes, a class that was merged since) is left to `app.services.labelling`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from app.db.base import new_id
from app.db.driver import Steps
from app.db.seen import COLUMNS, Caller, Secret, Shown, asking, of_row, shown_values
from app.domain.enums import LabelRule
from app.domain.overlap import decided

# As `queue.locked_with_cycle`: the cycle first, shared, then the item.
_LOCK = """
WITH cycle AS MATERIALIZED (
    SELECT id, project_id, state, label_rule FROM cycles
    WHERE id = (SELECT cycle_id FROM queue_items
                WHERE id = (SELECT queue_item_id FROM assignments WHERE id = %(assignment)s))
    FOR SHARE
)
SELECT q.id, q.image_id, q.slots, cycle.id, cycle.project_id, cycle.label_rule::text,
    cycle.state = 'LABELLING' AND %(user)s = ANY (q.holders) AND NOT (%(user)s = ANY (q.done_by))
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

# What others said of the image, as `votes.counted`, and whether the class is still one.
_VOTES = """
SELECT DISTINCT ON (n.user_id) n.class_id, c.merged_into_id IS NULL AND c.removed_at IS NULL
FROM annotations n
JOIN assignments a ON a.id = n.assignment_id
JOIN queue_items q ON q.id = a.queue_item_id
LEFT JOIN classes c ON c.id = n.class_id
WHERE n.image_id = %(image)s AND n.user_id <> %(user)s AND n.retracted_at IS NULL
    AND a.state = 'ANSWERED' AND a.user_id = ANY (q.done_by)
ORDER BY n.user_id, a.id DESC, n.revision DESC
"""

# `slots.finish`, and what `labels.derive` would write.
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
    SET state = CASE WHEN cardinality(done_by) + 1 = slots THEN 'ANSWERED' ELSE state END,
        holders = array_remove(holders, %(user)s), done_by = array_append(done_by, %(user)s),
        leased_until = CASE WHEN cardinality(holders) > 1 THEN leased_until END
    WHERE id = %(item)s
), unlabelled AS (
    DELETE FROM labels
    WHERE image_id = %(image)s AND source = 'ANNOTATION' AND %(label)s::uuid IS NULL
), unsettled AS (
    UPDATE images SET unsettled = NOT unsettled
    WHERE id = %(image)s AND unsettled IS DISTINCT FROM (%(label)s::uuid IS NULL AND NOT EXISTS (
        SELECT FROM labels WHERE image_id = %(image)s AND source <> 'ANNOTATION'))
), label AS (
    INSERT INTO labels AS l (image_id, project_id, class_id, source, cycle_id, updated_at)
    SELECT %(image)s, %(project)s, %(label)s, 'ANNOTATION', %(cycle)s, clock_timestamp()
    WHERE %(label)s::uuid IS NOT NULL
    ON CONFLICT (image_id) DO UPDATE
    SET class_id = excluded.class_id, class_ids = NULL, source = excluded.source,
        cycle_id = excluded.cycle_id, updated_at = excluded.updated_at
    WHERE l.source <> 'REVIEW'
)
SELECT created_at FROM kept
"""


# All of it in one, with who asks, where nobody else is asked for the image: locked in the same order, and
# nothing is written unless all holds. Who waited for the item's lock sees in its row whether somebody
# answered meanwhile. Rows to write are found by keys that are worked out before: in a join, a plan that was
# made while the tables were empty would read them through.
def _only(kind: Secret) -> LiteralString:
    return f"""
WITH cycle AS MATERIALIZED (
    SELECT id, project_id, state, label_rule FROM cycles
    WHERE id = (SELECT cycle_id FROM queue_items
                WHERE id = (SELECT queue_item_id FROM assignments WHERE id = %(assignment)s))
    FOR SHARE
), caller AS MATERIALIZED (
    {asking(kind, "SELECT project_id FROM cycle")}
), item AS MATERIALIZED (
    SELECT id, image_id FROM queue_items
    WHERE id = (SELECT queue_item_id FROM assignments WHERE id = %(assignment)s)
        AND slots = 1 AND (SELECT user_id FROM caller) = ANY (holders)
        AND NOT ((SELECT user_id FROM caller) = ANY (done_by))
        AND EXISTS (SELECT FROM cycle WHERE state = 'LABELLING' AND label_rule <> 'REVIEWER')
    FOR UPDATE
), assignment AS MATERIALIZED (
    SELECT id FROM assignments
    WHERE id = (SELECT %(assignment)s::uuid FROM item) AND user_id = (SELECT user_id FROM caller)
        AND state = 'LEASED' AND comment IS NULL
    FOR UPDATE
), class AS MATERIALIZED (
    SELECT id FROM classes
    WHERE project_id = (SELECT project_id FROM caller WHERE EXISTS (SELECT FROM assignment))
        AND name = %(name)s AND merged_into_id IS NULL AND removed_at IS NULL
    FOR KEY SHARE
), sure AS MATERIALIZED (
    SELECT item.id, item.image_id, class.id AS class_id, cycle.id AS cycle_id, caller.project_id,
        caller.user_id
    FROM item, class, cycle, caller
    WHERE caller.task = 'CLASSIFICATION'
        AND NOT EXISTS (SELECT FROM annotations WHERE assignment_id = %(assignment)s)
), kept AS (
    INSERT INTO annotations (id, project_id, image_id, assignment_id, user_id, class_id, revision,
        elapsed_ms, note, flagged)
    SELECT %(id)s, project_id, image_id, %(assignment)s, user_id, class_id, 1,
        %(elapsed_ms)s, %(note)s, %(flagged)s
    FROM sure
    RETURNING image_id, created_at
), told AS (
    UPDATE assignments SET state = 'ANSWERED', ended_at = clock_timestamp()
    WHERE id = (SELECT %(assignment)s::uuid FROM sure)
), done AS (
    UPDATE queue_items
    SET state = 'ANSWERED', holders = array_remove(holders, (SELECT user_id FROM sure)),
        done_by = array_append(done_by, (SELECT user_id FROM sure)),
        leased_until = CASE WHEN cardinality(holders) > 1 THEN leased_until END
    WHERE id = (SELECT id FROM sure)
), settled AS (
    UPDATE images SET unsettled = false WHERE id = (SELECT image_id FROM sure) AND unsettled
), label AS (
    INSERT INTO labels AS l (image_id, project_id, class_id, source, cycle_id, updated_at)
    SELECT image_id, project_id, class_id, 'ANNOTATION', cycle_id, clock_timestamp() FROM sure
    ON CONFLICT (image_id) DO UPDATE
    SET class_id = excluded.class_id, class_ids = NULL, source = excluded.source,
        cycle_id = excluded.cycle_id, updated_at = excluded.updated_at
    WHERE l.source <> 'REVIEW'
)
SELECT {COLUMNS}, cycle.id, kept.image_id, kept.created_at FROM caller CROSS JOIN cycle LEFT JOIN kept ON true
"""  # noqa: S608  # made of the texts above


_ONLY = {kind: _only(kind) for kind in Secret}


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
    found = yield _LOCK, {"assignment": assignment_id, "user": user_id}
    if not found:
        return None
    item, image, slots, cycle, project, rule, held = found[0]
    if not held or rule == LabelRule.REVIEWER.name:
        return None
    values = {"assignment": assignment_id, "project": project, "user": user_id, "name": said.class_name}
    named = yield _READ, values
    if not named:
        return None
    key, label = new_id(), named[0][0]
    values |= {"id": key, "image": image, "class": label, "item": item, "cycle": cycle}
    if slots > 1:
        votes = yield _VOTES, values
        if not all(live and class_id for class_id, live in votes):
            return None
        label = decided([*(class_id for class_id, _ in votes), label], LabelRule[rule])
    values["label"] = label
    values |= {"elapsed_ms": said.elapsed_ms, "note": said.note, "flagged": said.flagged}
    kept = yield _KEEP, values
    return Kept(key, image, cycle, kept[0][0])


def only_answer(shown: Shown, assignment_id: UUID, said: Answer) -> Steps[tuple[Caller, Kept | None] | None]:
    """Do as `first_answer` by one statement, which needs no transaction, where nobody else is asked.

    Returns who asks, too; None, and nothing written, where they may not answer.
    """
    key = new_id()
    values = shown_values(shown) | {"id": key, "assignment": assignment_id, "name": said.class_name}
    values |= {"elapsed_ms": said.elapsed_ms, "note": said.note, "flagged": said.flagged}
    found = yield _ONLY[shown.kind], values
    if not found:
        return None
    caller, (cycle_id, image_id, created_at) = of_row(found[0])
    return caller, Kept(key, image_id, cycle_id, created_at) if image_id else None

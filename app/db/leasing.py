"""A lease in one statement where all is simple; or in two: what somebody holds or can have, then the leases.

The rules are those of `app.db.slots`: whether an image is free is read off its row alone, under its lock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from app.db import seen
from app.db.driver import Steps
from app.domain.enums import Shown, Split


def _locked(user: LiteralString, project: LiteralString) -> LiteralString:
    """What somebody holds, and what comes next for them.

    Each part locks what it reads. The cycle's shared lock keeps its queue open until the transaction ends.
    """
    return f"""
cycle AS MATERIALIZED (
    SELECT id FROM cycles WHERE project_id = {project} AND state = 'LABELLING' FOR SHARE
), held AS MATERIALIZED (
    SELECT q.id, q.image_id, q.position, q.score, q.suggested_class_id, q.suggested_class_ids, q.audited,
        true AS free, a.id AS assignment_id, a.expires_at, a.comment, a.suggestion
    FROM (
        SELECT * FROM (SELECT * FROM assignments WHERE user_id = {user} AND state = 'LEASED' OFFSET 0) a
        ORDER BY queue_item_id -- people who share images lock them in the same order
    ) a
    -- A lock of its own: so items are found by the few leases, never by the cycle, which may have many.
    -- OFFSET keeps the conditions below from being asked there.
    CROSS JOIN LATERAL (SELECT * FROM queue_items WHERE id = a.queue_item_id OFFSET 0 FOR UPDATE) q
    WHERE q.cycle_id = (SELECT id FROM cycle) AND q.state = 'OPEN' AND {user} = ANY (q.holders)
    ORDER BY q.position LIMIT %(limit)s
), next AS MATERIALIZED (
    SELECT id, image_id, position, score, suggested_class_id, suggested_class_ids, audited,
        cardinality(holders) + cardinality(done_by) < slots AS free
    FROM queue_items
    WHERE cycle_id = (SELECT id FROM cycle) AND state = 'OPEN'
        AND (cardinality(holders) + cardinality(done_by) < slots OR leased_until <= now())
        AND NOT ({user} = ANY (holders)) AND NOT ({user} = ANY (done_by))
    ORDER BY position LIMIT %(limit)s - (SELECT count(*) FROM held) FOR UPDATE SKIP LOCKED
), item AS MATERIALIZED (
    SELECT * FROM held
    UNION ALL
    SELECT *, NULL::uuid, NULL::timestamptz, NULL::text, NULL::shown FROM next
)"""  # noqa: S608  # made of the texts above


def _controls(user: LiteralString) -> LiteralString:
    return f"EXISTS (SELECT FROM control_items WHERE cycle_id = (SELECT id FROM cycle) AND user_id = {user})"  # noqa: S608


def _hold(user: LiteralString, until: LiteralString) -> LiteralString:
    """`slots.hold`, for many items `q`."""
    return f"""
    holders = array_append(array_remove(q.holders, {user}), {user}),
    leased_until = CASE WHEN q.holders <@ ARRAY[{user}] THEN {until} ELSE LEAST(q.leased_until, {until}) END
"""


# Images are looked up one by one, which OFFSET makes sure of: the planner cannot know how many a limit lets
# through, guesses a tenth of the queue, and would rather read all images of all projects.
_IMAGES: LiteralString = """
    image.id, image.project_id, image.sha256, image.filename, image.width, image.height,
    image.format, image.bytes, image.split::text, score.pool_batch, score.loss, image.duplicate_of_id,
    image.created_at
"""
_WITH_IMAGES: LiteralString = """
LEFT JOIN item ON true
LEFT JOIN LATERAL (SELECT * FROM images WHERE id = item.image_id OFFSET 0) image ON true
LEFT JOIN LATERAL (
    SELECT pool_batch, loss FROM pretext_scores WHERE image_id = item.image_id AND pretext_run_id = (
        SELECT id FROM pretext_runs WHERE project_id = %(project)s AND finished_at IS NOT NULL
        ORDER BY finished_at DESC, id DESC LIMIT 1
    ) OFFSET 0
) score ON true
"""
_FIND = f"""
WITH {_locked("%(user)s", "%(project)s")}
SELECT cycle.id, {_controls("%(user)s")}, item.*, {_IMAGES} FROM cycle {_WITH_IMAGES} ORDER BY item.position
"""  # noqa: S608  # made of the texts above
_ITEM = (
    *("id", "image_id", "position", "score", "suggested_class_id", "suggested_class_ids", "audited", "free"),
    *("assignment_id", "expires_at", "comment", "suggestion"),
)
_IMAGE = (
    *("id", "project_id", "sha256", "filename", "width", "height", "format", "bytes", "split"),
    *("pool_batch", "pretext_loss", "duplicate_of_id", "created_at"),
)

# Who had an assignment before has the same one again.
_AGAIN: LiteralString = """
    ON CONFLICT (queue_item_id, user_id) DO UPDATE
    SET expires_at = excluded.expires_at, state = 'LEASED', ended_at = NULL, reason = NULL
"""
_LEASE = f"""
WITH held AS (
    UPDATE queue_items q SET {_hold("%(user)s", "%(until)s")}
    WHERE id = ANY (%(items)s::uuid[] || %(renewed_items)s::uuid[])
), renewed AS (
    UPDATE assignments SET expires_at = %(until)s WHERE id = ANY (%(renewed)s::uuid[])
)
INSERT INTO assignments AS a (id, queue_item_id, user_id, expires_at, state)
SELECT key, item, %(user)s, %(until)s, 'LEASED'
FROM unnest(%(keys)s::uuid[], %(items)s::uuid[]) AS given (key, item)
{_AGAIN}
RETURNING a.queue_item_id, a.id, a.comment, a.suggestion::text
"""  # noqa: S608  # made of the texts above


# Both in one, with who asks, unless there is more to do: then it changes nothing, and says so. What a
# reviewer sent back waits for its annotator anyhow. Rows to write are found by keys that are worked out
# before: in a join, a plan that was made while the tables were empty would read them through.
def _at_once(kind: seen.Secret) -> LiteralString:
    user: LiteralString = "(SELECT user_id FROM caller)"
    return f"""
WITH caller AS MATERIALIZED (
    SELECT *, now() + make_interval(secs => 60 * (settings ->> 'lease_minutes')::float8) AS until,
        (settings ->> 'control_share')::float8 = 0 AND NOT (settings ->> 'suggestions')::bool AS plain
    FROM ({seen.asking(kind, "%(project)s")}) caller
), {_locked(user, "(SELECT project_id FROM caller WHERE plain)")}, simple AS MATERIALIZED (
    SELECT user_id, until FROM caller
    WHERE plain AND NOT {_controls(user)} AND NOT EXISTS (SELECT FROM item WHERE NOT free)
), held_now AS (
    UPDATE queue_items q SET {_hold("user_id", "until")} FROM simple
    WHERE q.id = ANY (ARRAY(SELECT id FROM item WHERE comment IS NULL))
), renewed AS (
    UPDATE assignments a SET expires_at = until FROM simple
    WHERE a.id = ANY (ARRAY(SELECT assignment_id FROM held WHERE comment IS NULL))
), given AS (
    INSERT INTO assignments AS a (id, queue_item_id, user_id, expires_at, state)
    SELECT (%(keys)s::uuid[])[row_number() OVER ()], next.id, user_id, until, 'LEASED' FROM simple, next
    {_AGAIN}
    RETURNING a.queue_item_id, a.id, a.comment, a.suggestion
)
SELECT {seen.COLUMNS}, EXISTS (SELECT FROM simple), cycle.id,
    item.id, item.image_id, item.position, item.score, item.suggested_class_id,
    item.suggested_class_ids, item.audited, item.free, coalesce(item.assignment_id, given.id),
    CASE WHEN item.comment IS NULL THEN caller.until ELSE item.expires_at END,
    coalesce(item.comment, given.comment), coalesce(item.suggestion, given.suggestion), {_IMAGES}
FROM caller LEFT JOIN cycle ON true {_WITH_IMAGES}
LEFT JOIN given ON given.queue_item_id = item.id
ORDER BY item.assignment_id IS NULL, item.position
"""  # noqa: S608  # made of the texts above


_AT_ONCE = {kind: _at_once(kind) for kind in seen.Secret}

# Leases of locked items whose time is over end; slots and times follow from those that are alive.
_END_OVERDUE = """
WITH ended AS (
    UPDATE assignments SET state = 'EXPIRED'
    WHERE queue_item_id = ANY (%(items)s) AND state = 'LEASED' AND expires_at <= now()
), alive AS (
    SELECT q.id, min(a.expires_at) AS until,
        array_agg(a.user_id ORDER BY array_position(q.holders, a.user_id)) AS people
    FROM queue_items q JOIN assignments a ON a.queue_item_id = q.id AND a.user_id = ANY (q.holders)
    WHERE q.id = ANY (%(items)s) AND a.state = 'LEASED' AND a.expires_at > now()
    GROUP BY q.id
)
UPDATE queue_items q SET holders = coalesce(alive.people, '{}'), leased_until = alive.until
FROM unnest(%(items)s::uuid[]) AS item (id) LEFT JOIN alive ON alive.id = item.id
WHERE q.id = item.id
"""

_TELL = """
UPDATE assignments a SET suggestion = told.shown::shown
FROM unnest(%(keys)s::uuid[], %(shown)s::text[]) AS told (key, shown) WHERE a.id = told.key
"""


@dataclass(slots=True)
class Item:
    """A locked queue item that somebody holds, or can have: then without an assignment yet."""

    id: UUID
    image_id: UUID
    position: int
    score: float | None
    suggested_class_id: UUID | None
    suggested_class_ids: list[UUID] | None
    audited: bool
    free: bool
    assignment_id: UUID | None
    expires_at: datetime | None
    comment: str | None
    suggestion: Shown | None
    image: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """The open cycle, whether somebody was asked for control images in it, and what they hold or can have."""

    cycle_id: UUID
    controls: bool
    held: list[Item]
    next: list[Item]


def find(project_id: UUID, user_id: UUID, limit: int) -> Steps[Found | None]:
    """Return what somebody holds in the open cycle, and what comes next for them; no more than `limit`.

    All of it is locked, the cycle, too. Items that others are locking are passed by; leases whose time is
    over have ended then. A lease whose time is over is still held as long as nobody else took the image.
    """
    values = {"project": project_id, "user": user_id, "limit": limit}
    while True:
        found = yield _FIND, values
        if not found:
            return None
        items = [_item(row[2:]) for row in found if row[2] is not None]
        overdue = [item.id for item in items if not item.free]
        if not overdue:
            break
        yield _END_OVERDUE, {"items": overdue}  # some may turn out to be renewed: look again
    held = [item for item in items if item.assignment_id]
    return Found(found[0][0], found[0][1], held, [item for item in items if not item.assignment_id])


@dataclass(frozen=True, slots=True)
class Leased:
    """The open cycle, none without one, and what somebody holds in it now: what they held before first."""

    cycle_id: UUID | None
    items: list[Item]


def at_once(
    shown: seen.Shown, project_id: UUID, ids: Sequence[UUID]
) -> Steps[tuple[seen.Caller, Leased | None] | None]:
    """Lease the next images, as many as there are ids, by one statement without a transaction.

    Returns who asks, too; None where they may not. Without leases, and with nothing changed, where it takes
    more: a lease has to end first, control images go out, or suggestions are shown.
    """
    values = seen.shown_values(shown) | {"project": project_id, "limit": len(ids), "keys": list(ids)}
    rows = yield _AT_ONCE[shown.kind], values
    if not rows:
        return None
    caller, (simple, cycle_id, *_) = seen.of_row(rows[0])
    if not simple:
        return caller, None
    of_items = (seen.of_row(row)[1][2:] for row in rows)
    return caller, Leased(cycle_id, [_item(of_item) for of_item in of_items if of_item[0] is not None])


def _item(row: Sequence[Any]) -> Item:
    of_item = dict(zip(_ITEM, row[: len(_ITEM)], strict=True))
    image = dict(zip(_IMAGE, row[len(_ITEM) :], strict=True))
    image["split"] = Split[image["split"]]
    shown = of_item.pop("suggestion")
    return Item(**of_item, suggestion=Shown[shown] if shown else None, image=image)


def lease(
    user_id: UUID,
    until: datetime,
    *,
    held: Sequence[Item],
    new: Sequence[Item],
    ids: Sequence[UUID],
) -> Steps[None]:
    """Lease locked items to somebody until a time: those held already, and new ones, with `ids` for these.

    What a reviewer sent back waits for its annotator anyhow, and longer.
    """
    again = [item for item in held if item.comment is None]
    if not again and not new:
        return
    values = {
        "user": user_id,
        "until": until,
        "items": [item.id for item in new],
        "keys": list(ids[: len(new)]),
        "renewed_items": [item.id for item in again],
        "renewed": [item.assignment_id for item in again],
    }
    leased = yield _LEASE, values
    given = {row[0]: row[1:] for row in leased}
    for item in again:
        item.expires_at = until
    for item in new:
        item.assignment_id, item.comment, suggestion = given[item.id]
        item.expires_at, item.suggestion = until, Shown[suggestion] if suggestion else None


def tell(shown: Sequence[tuple[UUID, Shown]]) -> Steps[None]:
    """Keep of assignments whether the model's suggestion was shown with them."""
    if shown:
        values = {"keys": [key for key, _ in shown], "shown": [what.name for _, what in shown]}
        yield _TELL, values

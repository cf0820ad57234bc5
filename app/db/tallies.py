"""What came of cycles: kept from their closing on, and counted while they are open.

No answer or skip of a closed cycle changes any more, so these counts are right for good, and nobody who
answers waits for them. See docs/decisions/0040-closed-cycles-are-counted-once.md.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, text
from sqlalchemy.orm import Session

QUARTER = 900  # seconds: in no time zone days begin otherwise than at one
_A_DAY = 86_400 // QUARTER


class Part(StrEnum):
    """The counts of a cycle, each a column of `cycle_tallies`."""

    IMAGES = "images"
    PEOPLE = "people"
    QUARTERS = "quarters"
    CLASSES = "classes"


# What was leased for a cycle, whatever became of it. `OFFSET 0` makes the planner go from item to item: it
# knows the average cycle alone, for which it would read all assignments.
_GIVEN = """
    SELECT a.* FROM queue_items q CROSS JOIN LATERAL (
        SELECT id, user_id, state FROM assignments WHERE queue_item_id = q.id OFFSET 0) a
    WHERE q.cycle_id = c.id
    UNION ALL
    SELECT a.* FROM control_items i CROSS JOIN LATERAL (
        SELECT id, user_id, state FROM assignments WHERE control_item_id = i.id OFFSET 0) a
    WHERE i.cycle_id = c.id"""
_COUNTED: dict[Part, str] = {
    Part.IMAGES: """
        SELECT coalesce(jsonb_object_agg(lower(state::text), n), '{}') FROM (
            SELECT state, count(*) n FROM queue_items WHERE cycle_id = c.id GROUP BY 1) i""",
    Part.PEOPLE: """
        SELECT coalesce(jsonb_object_agg(user_id, n), '{}') FROM (
            SELECT user_id, count(*) n FROM (_given_) g WHERE state = 'ANSWERED' GROUP BY 1) p""",
    # An answer that was changed counts when it was first given.
    Part.QUARTERS: """
        SELECT coalesce(jsonb_object_agg(user_id, quarters), '{}') FROM (
            SELECT user_id, jsonb_object_agg(quarter, n) quarters FROM (
                SELECT user_id, floor(extract(epoch FROM first) / 900)::bigint quarter, count(*) n
                FROM (_given_) g CROSS JOIN LATERAL (
                    SELECT min(created_at) first FROM annotations
                    WHERE assignment_id = g.id AND retracted_at IS NULL) f
                WHERE state = 'ANSWERED' AND first IS NOT NULL GROUP BY 1, 2
            ) q GROUP BY 1
        ) p""",
    Part.CLASSES: """
        SELECT coalesce(jsonb_object_agg(said, n), '{}') FROM (
            SELECT said, count(*) n FROM (_given_) g
            CROSS JOIN LATERAL (
                SELECT coalesce(class_ids, ARRAY[class_id]) ids FROM annotations
                WHERE assignment_id = g.id OFFSET 0) s
            CROSS JOIN unnest(ids) said
            GROUP BY 1) k""",
}
_SQL = {part: f"({sql.replace('_given_', _GIVEN)})" for part, sql in _COUNTED.items()}
_KEEP = text(
    f"INSERT INTO cycle_tallies (cycle_id, {', '.join(_SQL)})"  # noqa: S608  # words of our own
    f" SELECT c.id, {', '.join(_SQL.values())} FROM cycles c WHERE c.id = :cycle"
)
_READ = {
    part: f"SELECT c.id, coalesce(t.{part}, {sql}) FROM cycles c"  # noqa: S608  # words of our own
    " LEFT JOIN cycle_tallies t ON t.cycle_id = c.id WHERE "
    for part, sql in _SQL.items()
}


def keep(session: Session, cycle_id: UUID) -> None:
    """Count what came of a locked cycle that closes."""
    session.execute(_KEEP, {"cycle": cycle_id})


def of_cycles(session: Session, cycle_ids: Sequence[UUID], part: Part) -> dict[UUID, dict[str, Any]]:
    """Return a count of each cycle."""
    query = text(_READ[part] + "c.id = ANY(:cycles)").bindparams(bindparam("cycles", type_=ARRAY(Uuid())))
    return dict(session.execute(query, {"cycles": list(cycle_ids)}).all())


def of_project(session: Session, project_id: UUID, part: Part) -> Counter[UUID]:
    """Return a count over all cycles of a project, by person or class."""
    found: Counter[UUID] = Counter()
    for _, counts in session.execute(text(_READ[part] + "c.project_id = :project"), {"project": project_id}):
        found.update({UUID(key): count for key, count in counts.items()})
    return found


def by_day(session: Session, project_id: UUID, since: datetime, days: int) -> dict[UUID, list[int]]:
    """Return by person how many answers they gave on each of so many days, of which the first began then.

    Days begin with a quarter of an hour; the last one has what came later, too. Of cycles that closed before,
    nothing is read.
    """
    lately = "c.project_id = :project AND (c.closed_at IS NULL OR c.closed_at >= :since)"
    rows = session.execute(text(_READ[Part.QUARTERS] + lately), {"project": project_id, "since": since})
    first, last = int(since.timestamp()) // QUARTER, days - 1
    found: dict[UUID, list[int]] = {}
    for _, by_person in rows:
        for key, quarters in by_person.items():
            mine = found.setdefault(UUID(key), [0] * days)
            for quarter, count in quarters.items():
                day = (int(quarter) - first) // _A_DAY
                if day >= 0:
                    mine[min(day, last)] += count
    return found

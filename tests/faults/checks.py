"""What must hold after all that happened."""

from collections import Counter
from typing import Any, TypedDict

from pydantic import BaseModel
from sqlalchemy import text

from app.db.session import unit_of_work
from tests.faults.crowd import Answer

_KEPT = """
    SELECT a.assignment_id::text, a.image_id::text, a.user_id::text, c.name
    FROM annotations a JOIN classes c ON c.id = a.class_id WHERE a.retracted_at IS NULL
"""
_TOO_MANY = """
    SELECT count(*) FROM queue_items WHERE cardinality(holders) + cardinality(done_by) > slots
"""
_ASKED = """
    SELECT count(*) FROM (
        SELECT q.id FROM queue_items q JOIN assignments s ON s.queue_item_id = q.id
        WHERE s.user_id = ANY (q.done_by) GROUP BY q.id, q.slots HAVING count(DISTINCT s.user_id) > q.slots
    ) too_many
"""
_UNTRUE = """
    SELECT count(*) FROM jobs
    WHERE status = 'RUNNING' AND heartbeat_at < now() - interval '10 seconds' OR status = 'FAILED'
        OR status = 'SUCCEEDED' AND (finished_at IS NULL OR progress < 1)
"""
_RANKING = """
    SELECT i.sha256, s.rank, s.loss FROM pretext_scores s JOIN images i ON i.id = s.image_id
    WHERE i.project_id = :project ORDER BY s.rank
"""
_QUERIES = """
    SELECT c.number, i.sha256 FROM queue_items q JOIN cycles c ON c.id = q.cycle_id
    JOIN images i ON i.id = q.image_id WHERE c.project_id = :project AND c.number <= :cycles
    ORDER BY c.number, q.position
"""


class Looked(TypedDict):
    """What the database says of all answers, images and jobs."""

    found: int
    lost: int
    doubled: int
    asked_of_too_many: int
    jobs: dict[str, int]
    untrue_jobs: int


class Compared(TypedDict):
    """Whether an undisturbed run came to the same."""

    same_ranking: bool
    same_queries: bool


class Report(BaseModel):
    """What was done to the service, and what it did."""

    seed: int
    seconds: int
    faults: dict[str, int]
    full_disk: bool
    cycles: int
    sent: int
    repeated: int
    refused: dict[str, int]
    acknowledged: int
    found: int
    lost: int
    doubled: int
    asked_of_too_many: int
    jobs: dict[str, int]
    untrue_jobs: int
    same_ranking: bool
    same_queries: bool

    @property
    def survived(self) -> bool:
        """Whether every promise was kept."""
        wrong = self.lost + self.doubled + self.asked_of_too_many + self.untrue_jobs
        return wrong == 0 and self.same_ranking and self.same_queries

    def words(self) -> str:
        """The report as people read it."""
        names = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in sorted(self.faults.items()))
        disk = "" if self.full_disk else "\nThe full disk was not tried: mounting a small one needs root."
        return (
            f"{sum(self.faults.values())} faults in {self.seconds} s, seed {self.seed}: {names}.{disk}\n"
            f"{self.cycles} cycles done. Answers: {self.sent} sent, {self.repeated} of them again; "
            f"{self.acknowledged} acknowledged, {self.acknowledged - self.lost} of these found, "
            f"{self.lost} lost, {self.doubled} doubled; refused: {self.refused or 'none'}.\n"
            f"Images asked of too many: {self.asked_of_too_many}. Jobs: {self.jobs}, "
            f"{self.untrue_jobs} in an untrue state.\n"
            f"Ranking as undisturbed: {self.same_ranking}. Queries: {self.same_queries}."
        )


def look(acknowledged: list[Answer]) -> Looked:
    """Compare what was acknowledged with what is there."""
    with unit_of_work() as work:
        kept = Counter(tuple(row) for row in work.session.execute(text(_KEPT)))
        states = "SELECT status::text, count(*) FROM jobs GROUP BY status"
        jobs = {str(status).lower(): int(count) for status, count in work.session.execute(text(states))}
        scalars = [work.session.scalar(text(sql)) or 0 for sql in (_TOO_MANY, _ASKED, _UNTRUE)]
    told = {(one.assignment, one.image, one.user, one.class_name) for one in acknowledged}
    return Looked(
        found=len(kept),
        lost=sum(key not in kept for key in told),
        doubled=sum(count > 1 for count in kept.values()),
        asked_of_too_many=scalars[0] + scalars[1],
        jobs=jobs,
        untrue_jobs=scalars[2],
    )


def compare(disturbed: str, undisturbed: str, cycles: int) -> Compared:
    """Compare ranking and first queries of two projects."""

    def read(sql: str, project: str) -> list[tuple[Any, ...]]:
        values = {"project": project} | ({"cycles": cycles} if ":cycles" in sql else {})
        with unit_of_work() as work:
            return [tuple(row) for row in work.session.execute(text(sql), values)]

    return Compared(
        same_ranking=read(_RANKING, disturbed) == read(_RANKING, undisturbed),
        same_queries=read(_QUERIES, disturbed) == read(_QUERIES, undisturbed),
    )

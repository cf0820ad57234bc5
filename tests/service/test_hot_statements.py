"""What annotators wait for takes few statements, and each finds its rows by an index."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, LiteralString
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from app.db import answering, images, leasing, queue, seen
from app.db.driver import Rows, Steps
from app.db.models import Assignment
from app.db.models import Project as ProjectRow
from app.db.session import unit_of_work
from tests.service.test_at_once import shown_by
from tests.service.test_labelling import take
from tests.service.test_overlap import overlapping, people
from tests.stack import MakeProject, Person, Project, Stack

LARGE = ("queue_items", "assignments", "images", "annotations", "labels", "control_items", "pretext_scores")
Statement = tuple[LiteralString, dict[str, Any]]


SMALL = ("SET LOCAL enable_seqscan = off",)  # plans are made without looking at how small the tables are here


def statements(
    steps: Steps[Any], before: Sequence[str] = SMALL, values: dict[str, Any] | None = None
) -> Iterator[tuple[Statement, list[str]]]:
    """Take steps; each statement with its plan."""
    with unit_of_work() as work:
        for made_so in before:
            work.session.execute(text(made_so), values)
        connection = work.session.connection()
        rows: Rows = ()
        try:
            statement = next(steps)
            while True:
                plan = [
                    line for (line,) in connection.exec_driver_sql(f"EXPLAIN {statement[0]}", statement[1])
                ]
                yield statement, plan
                result = connection.exec_driver_sql(*statement)
                rows = result.all() if result.returns_rows else ()
                statement = steps.send(rows)
        except StopIteration:
            pass
        work.session.rollback()


def lease_of(project: Project, person: Person) -> Steps[None]:
    found = yield from leasing.find(UUID(project.id), person.user.id, 3)
    assert found
    assert len(found.next) == 3
    until = found.next[0].image["created_at"]
    yield from leasing.lease(
        person.user.id, until, held=found.held, new=found.next, ids=[uuid4() for _ in range(3)]
    )


def answer_of(project: Project, person: Person) -> Steps[None]:
    (item,) = take(person, project, 1)
    kept = yield from answering.first_answer(
        UUID(item["id"]), person.user.id, answering.Answer("3", 900, None, flagged=False)
    )
    assert kept
    assert (yield from queue.waiting(kept.cycle_id))


def lease_at_once(project: Project, person: Person) -> Steps[None]:
    ids = [uuid4() for _ in range(3)]
    told = yield from leasing.at_once(shown_by(person), UUID(project.id), ids)
    assert told
    assert told[1]
    assert {item.assignment_id for item in told[1].items} == set(ids)


def only_answer_of(project: Project, person: Person) -> Steps[None]:
    (item,) = take(person, project, 1)
    said = answering.Answer("3", 900, None, flagged=False)
    told = yield from answering.only_answer(shown_by(person), UUID(item["id"]), said)
    assert told
    assert told[1]
    assert (yield from queue.waiting(told[1].cycle_id))


def callers_of(project: Project, person: Person) -> Steps[None]:
    shown = shown_by(person)
    assert (yield from seen.caller(shown, ProjectRow, UUID(project.id)))
    (item,) = take(person, project, 1)
    assert (yield from seen.caller(shown, Assignment, UUID(item["id"])))


def bytes_of(project: Project, person: Person) -> Steps[None]:
    (item,) = take(person, project, 1)
    assert (yield from images.stored_for(shown_by(person), UUID(item["image"])))


@pytest.mark.parametrize(
    ("work", "most"),
    [
        *((lease_at_once, 1), (only_answer_of, 2), (callers_of, 2), (bytes_of, 1)),
        *((lease_of, 2), (answer_of, 4)),  # where it is not so simple
    ],
)
def test_it_takes_few_statements_and_reads_no_large_table_through(
    asked: Project, owner: Person, work: Callable[[Project, Person], Steps[None]], most: int
) -> None:
    made = list(statements(work(asked, owner)))
    assert len(made) == most
    for (sql, _), plan in made:
        read_through = [line for line in plan if any(f"Seq Scan on {table}" in line for table in LARGE)]
        assert not read_through, sql


# A project of which the planner knows how large it is, as it does a minute after any import.
CROWDED = (
    """INSERT INTO images (id, created_at, project_id, sha256, filename, width, height, format, bytes, split,
        unsettled)
    SELECT uuidv7(), now(), :project, lpad(to_hex(n), 64, '0'), n || '.png', 32, 32, 'PNG', 1000, 'POOL',
        false
    FROM generate_series(1, 20000) n""",
    """INSERT INTO queue_items (id, created_at, cycle_id, image_id, position, state, slots, audited, holders,
        done_by)
    SELECT uuidv7(), now(), :cycle, i.id, 100 + row_number() OVER (ORDER BY i.id), 'OPEN', 1, false,
        '{}', '{}'
    FROM (SELECT id FROM images WHERE project_id = :project AND bytes = 1000 LIMIT 15000) i""",
    "ANALYZE images, queue_items",
)


@pytest.mark.parametrize("work", [lease_at_once, only_answer_of, lease_of, answer_of])
def test_the_planner_reads_no_large_table_through_where_thousands_wait(
    asked: Project, owner: Person, work: Callable[[Project, Person], Steps[None]]
) -> None:
    cycle = asked.client.call("GET", f"/projects/{asked.id}/cycles")["items"][0]["id"]
    values = {"project": asked.id, "cycle": cycle}
    for (sql, _), plan in statements(work(asked, owner), CROWDED, values):
        assert not [line for line in plan if "Seq Scan on images" in line or "Seq Scan on queue" in line], sql


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


COLUMNS = """SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
    WHERE attrelid = CAST(:table AS regclass) AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"""
OF_FEW = "SELECT indpred IS NOT NULL FROM pg_index WHERE indexrelid = to_regclass(:index)"


@pytest.mark.parametrize("work", [lease_at_once, only_answer_of, lease_of, answer_of, callers_of, bytes_of])
def test_the_first_plans_of_all_find_rows_by_their_keys(
    asked: Project, owner: Person, work: Callable[[Project, Person], Steps[None]]
) -> None:
    """A process keeps them until the planner's figures are renewed, maybe thousands of answers later."""
    made = [statement for statement, _ in statements(work(asked, owner))]
    there = {"images", "queue_items"} | ({"assignments"} if "lease" not in work.__name__ else set())
    with unit_of_work() as first:
        db = first.session
        db.execute(text(SMALL[0]))
        for table in LARGE:  # those of a transaction hide the others
            columns = db.scalar(text(COLUMNS), {"table": table})
            db.execute(text(f"CREATE TEMP TABLE {table} (LIKE {table} INCLUDING ALL) ON COMMIT DROP"))
            if table in there:
                db.execute(
                    text(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM public.{table} LIMIT 9")
                )
            db.execute(text(f"ANALYZE {table}"))
        for sql, values in made:
            (found,) = db.connection().exec_driver_sql(f"EXPLAIN (FORMAT JSON) {sql}", values).scalar_one()
            for node in nodes(found["Plan"]):
                if node.get("Relation Name") in LARGE and node["Node Type"] != "ModifyTable":
                    of_few = db.scalar(text(OF_FEW), {"index": f"pg_temp.{node.get('Index Name')}"})
                    assert " = " in node.get("Index Cond", "") or of_few, sql
        db.rollback()


def test_what_somebody_holds_is_found_by_their_leases_alone(asked: Project, owner: Person) -> None:
    (_, plan), _ = statements(lease_of(asked, owner))
    of_held = "\n".join(plan).split("CTE next")[0].split("CTE held")[1]
    assert "ix_assignments_user_id_state" in of_held
    assert "ix_queue_items_open" not in of_held


def test_the_answers_of_several_people_for_an_image_are_as_few_statements_and_one_more(
    stack: Stack, owner: Person, make_project: MakeProject
) -> None:
    project = overlapping(make_project, images=4, overlap=3)
    for person in people(stack, project, 2):
        made = list(statements(answer_of(project, person)))
        assert len(made) == 5
        for (sql, _), plan in made:
            assert not [line for line in plan if any(f"Seq Scan on {table}" in line for table in LARGE)], sql

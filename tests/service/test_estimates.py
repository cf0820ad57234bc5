"""When a cycle ends, and where the pool stands."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, text, update

from app.db.models import Annotation
from app.db.session import unit_of_work
from tests.service.test_labelling import say, take
from tests.stack import MakeProject, Person, Project

# The database keeps everybody from changing what was said and when; tests are older than they look.
WITHOUT_TRIGGERS = text("SET LOCAL session_replication_role = replica")


def half_answered(make_project: MakeProject, owner: Person) -> Project:
    """Two pool batches of 9 images; of the 8 asked for in the first, 6 were answered, 10 seconds each."""
    project = make_project(pool=18)
    project.rank(pool_batches=2)
    project.start_cycle(budget=8)
    held = take(owner, project, 6)
    for item in held:
        say(owner, item["id"], "1")
    with unit_of_work() as work:
        work.session.execute(WITHOUT_TRIGGERS)
        rows = list(work.session.scalars(select(Annotation).order_by(Annotation.id.desc()).limit(6)))
        for place, row in enumerate(rows):
            at = func.now() - timedelta(seconds=10 * place)
            work.session.execute(update(Annotation).where(Annotation.id == row.id).values(created_at=at))
    return project


def test_what_is_open_takes_as_long_as_the_last_answers_and_nothing_is_said_of_pauses(
    make_project: MakeProject, owner: Person
) -> None:
    queue = half_answered(make_project, owner)
    found = queue.client.call("GET", f"/projects/{queue.id}/estimate")
    assert (found["number"], found["state"], found["open_answers"]) == (1, "labelling", 2)
    assert found["labelling"]["answers"] == 5
    assert found["labelling"]["seconds"] == pytest.approx(20, rel=0.5)  # this machine's own pauses count
    assert found["training_seconds"] is None
    with unit_of_work() as work:
        work.session.execute(WITHOUT_TRIGGERS)
        earlier = Annotation.created_at - timedelta(hours=8)
        mine = Annotation.project_id == UUID(queue.id)
        work.session.execute(update(Annotation).where(mine).values(created_at=earlier))
    assert queue.client.call("GET", f"/projects/{queue.id}/estimate")["labelling"] is None

    runs = queue.client.call("GET", f"/projects/{queue.id}/pretext-runs")["items"]
    batches = queue.client.call("GET", f"/pretext-runs/{runs[0]['id']}")["batches"]
    assert [(b["size"], b["labelled"], b["asked"]) for b in batches] == [(9, 6, 2), (9, 0, 0)]

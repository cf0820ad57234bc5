"""What pages ask for takes as many statements for many rows as for few, and reads no large table through."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from fastapi import FastAPI
from sqlalchemy import Engine, event, text

from app.db.session import unit_of_work
from app.domain.enums import Role
from app.domain.image_filter import Order
from app.main import create_app
from tests.digits import digits, zip_of
from tests.service.test_jobs import wait_until
from tests.service.test_labelling import say, take
from tests.stack import MakeProject, Person, Project, Stack, quiet

# Those that wait for news, or look at the disk.
NOT_LISTS = {"/projects/{project_id}/events", "/projects/{project_id}/import-folders"}
LARGE = ("images", "labels", "annotations", "assignments", "queue_items", "pretext_scores", "control_items")
ORDERS: tuple[Order, ...] = ("oldest", "newest", "hardest", "easiest", "least_sure", "filename")
Statement = tuple[str, Any]


@pytest.fixture(scope="module")
def api() -> FastAPI:
    """The application in this process, so that its statements can be looked at."""
    return create_app()


def of_project(api: FastAPI) -> list[str]:
    """Every address that says something of a whole project."""
    paths = [path.removeprefix("/api/v1") for path, calls in api.openapi()["paths"].items() if "get" in calls]
    found = {path for path in paths if re.findall(r"{(\w+)}", path) == ["project_id"]} - NOT_LISTS
    assert len(found) > 20
    return sorted(found)


@contextmanager
def statements() -> Iterator[list[Statement]]:
    """What is executed meanwhile."""
    found: list[Statement] = []

    def note(_conn: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        found.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def asked(api: FastAPI, person: Person, path: str) -> list[Statement]:
    """The statements of one call."""

    async def call() -> None:
        headers = {"Authorization": f"Bearer {person.token}"}
        transport = httpx.ASGITransport(api)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://api/api/v1", headers=headers
        ) as client:
            answer = await client.get(path)
            assert answer.status_code == 200, answer.text

    with statements() as found, start_blocking_portal() as portal:
        portal.call(call)
    return found


@pytest.fixture
def project(make_project: MakeProject, owner: Person) -> Project:
    """Ranked, one cycle closed, one open, one image of each answered."""
    made = make_project(pool=8, test=2, plan="pt4al", auto_next_cycle=False, leaderboard=True)
    made.rank(pool_batches=2)
    made.start_cycle(budget=2)
    (first,) = take(owner, made, 1)
    say(owner, first["id"], "3")
    return made


def test_many_rows_take_no_more_statements_than_few(
    api: FastAPI, project: Project, owner: Person, stack: Stack, tmp_path: Any
) -> None:
    paths = of_project(api)
    few = {path: len(asked(api, owner, path.format(project_id=project.id))) for path in paths}
    more = zip_of(tmp_path / "more.zip", digits()[100:130])
    project.client.wait_for_job(project.client.upload(project.id, more, "ignore"), quiet)
    for _ in range(4):
        project.add(stack.person(), Role.ANNOTATOR)
    (second,) = take(owner, project, 1)
    say(owner, second["id"], "4")
    wait_until(
        lambda: project.client.call("GET", f"/projects/{project.id}/cycles")["items"][0]["state"] == "done"
    )
    project.start_cycle(budget=6)
    for item in take(owner, project, 4):
        say(owner, item["id"], "5")
    many = {path: len(asked(api, owner, path.format(project_id=project.id))) for path in paths}
    assert many == few


def plan_of_next_page(api: FastAPI, project: Project, owner: Person, query: str) -> str:
    """The plan of a second page of the gallery."""
    first = project.client.call("GET", f"/projects/{project.id}/images?{query}")
    path = f"/projects/{project.id}/images?{query}&cursor={first['next_cursor']}"
    return plan_of(next(one for one in asked(api, owner, path) if "FROM images" in one[0]))


@pytest.mark.parametrize("order", ORDERS)
def test_a_page_of_the_gallery_is_read_off_an_index(
    api: FastAPI, project: Project, owner: Person, order: str
) -> None:
    plan = plan_of_next_page(api, project, owner, f"order={order}&limit=3")
    assert "Sort" not in plan
    by_id = {"oldest": "ix_images_project_id_id", "newest": "ix_images_project_id_id"}
    by_loss = {"hardest": "ix_pretext_scores_loss", "easiest": "ix_pretext_scores_loss"}
    assert (by_id | by_loss).get(order, f"ix_images_{order}") in plan


@pytest.mark.parametrize("order", ["hardest", "easiest"])
def test_a_page_of_images_without_a_loss_is_read_off_an_index_too(
    api: FastAPI, project: Project, owner: Person, order: str
) -> None:
    plan = plan_of_next_page(api, project, owner, f"order={order}&limit=9")
    assert "Sort" not in plan
    assert re.search(r"ix_images_project_id_id.*\n\s*Index Cond: .*id [<>] ", plan)


@pytest.mark.parametrize("order", ["oldest", "newest"])
def test_a_page_of_a_pool_batch_reads_no_other_images(
    api: FastAPI, project: Project, owner: Person, order: str
) -> None:
    plan = plan_of_next_page(api, project, owner, f"pool_batch=2&order={order}&limit=2")
    assert "Sort" not in plan
    assert re.search(r"ix_pretext_scores_pool_batch.*\n\s*Index Cond: .*pool_batch <= 2", plan)


@pytest.mark.parametrize("query", ["labelled=true", "class=3", "source=annotation"])
def test_images_that_must_have_a_label_are_read_off_the_labels(
    api: FastAPI, project: Project, owner: Person, query: str
) -> None:
    path = f"/projects/{project.id}/images?{query}"
    plan = plan_of(next(one for one in asked(api, owner, path) if "FROM images" in one[0]))
    assert "Sort" not in plan
    assert "ix_labels_project_id_image_id" in plan


@pytest.mark.parametrize("path", ["review-queue", "agreement"])
def test_answers_are_looked_up_for_images_that_several_people_answered(
    api: FastAPI, project: Project, owner: Person, path: str
) -> None:
    plans = [plan_of(one) for one in asked(api, owner, f"/projects/{project.id}/{path}")]
    (plan,) = [plan for plan in plans if "ix_queue_items_telling" in plan]
    assert "ix_annotations_image_id" in plan


def test_no_page_reads_a_large_table_through(api: FastAPI, project: Project, owner: Person) -> None:
    through = []
    for path in of_project(api):
        for statement in asked(api, owner, path.format(project_id=project.id)):
            found = re.findall(r"Seq Scan on (\w+)", plan_of(statement))
            through += [(path, table) for table in found if table in LARGE]
    assert through == []


def plan_of(statement: Statement) -> str:
    """A statement's plan, made without looking at how small the tables are here."""
    if not statement[0].lstrip().startswith(("SELECT", "WITH")):
        return ""
    with unit_of_work() as work:
        for way in ("seqscan", "sort"):
            work.session.execute(text(f"SET LOCAL enable_{way} = off"))
        rows = work.session.connection().exec_driver_sql(f"EXPLAIN {statement[0]}", statement[1])
        return "\n".join(line for (line,) in rows)

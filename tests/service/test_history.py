"""What people said is only added to: the database refuses to change or delete it, whoever asks."""

from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.db import removal
from app.db.models import Annotation
from app.db.session import unit_of_work
from tests.service.test_deletion import delete_long_ago, there
from tests.service.test_jobs import wait_until
from tests.stack import MakeProject, Project

HISTORY = ("annotations", "reviews", "returns")
ANYTHING = {
    "annotations": "elapsed_ms = coalesce(elapsed_ms, 0) + 1",
    "reviews": "created_at = now()",
    "returns": "comment = 'x'",
}


def with_history(make_project: MakeProject) -> Project:
    """A project with answers, a review and an image that was sent back."""
    project = make_project(pool=12, test=4)
    project.rank(pool_batches=1)
    project.start_cycle(budget=3)
    call, path = project.client.call, f"/projects/{project.id}"
    items = call("POST", f"{path}/assignments", json={"limit": 2})["items"]
    for item in items:
        answer = {"class": project.truth[item["image"]["sha256"]]}
        call("PUT", f"/assignments/{item['id']}/annotation", json=answer)
    first, second = (item["image"]["id"] for item in items)
    call("POST", f"{path}/images/{first}/return", json={"comment": "look again"})
    call("PUT", f"{path}/labels/{second}", json={"class": "3"})
    return project


def refused(statement: str, project: Project, removing: str | None = None) -> bool:
    """Try a statement, and take it back whatever becomes of it; tells whether it was refused."""
    with unit_of_work() as work:
        if removing:
            removal.let_history_go(work.session, UUID(removing))
        try:
            work.session.execute(text(statement), {"id": project.id})
        except IntegrityError as error:
            work.session.rollback()
            return "are only added" in str(error.orig)
        work.session.rollback()
        return False


def test_nobody_changes_or_deletes_it(make_project: MakeProject) -> None:
    project, other = with_history(make_project), make_project()
    for table in HISTORY:
        with unit_of_work() as work:
            count = text(f"SELECT count(*) FROM {table} WHERE project_id = :id")
            assert work.session.scalar(count, {"id": project.id}) >= 1
        changed = f"UPDATE {table} SET {ANYTHING[table]} WHERE project_id = :id"
        deleted = f"DELETE FROM {table} WHERE project_id = :id"
        assert refused(changed, project)
        assert refused(deleted, project)
        assert refused(deleted, project, removing=other.id)
        assert refused(changed, project, removing=project.id)
        assert refused(f"TRUNCATE {table} CASCADE", project)
        assert not refused(deleted, project, removing=project.id)
    assert refused("DELETE FROM images WHERE project_id = :id", project)


def test_an_answer_is_taken_back_once(make_project: MakeProject) -> None:
    project = with_history(make_project)
    take = "UPDATE annotations SET retracted_at = now() WHERE project_id = :id"
    with unit_of_work() as work:
        work.session.execute(text(take), {"id": project.id})
    again = "UPDATE annotations SET retracted_at = {} WHERE project_id = :id"
    assert refused(again.format("now() + interval '1 day'"), project)
    assert refused(again.format("NULL"), project)


def test_a_removed_project_takes_its_history_along_and_leaves_that_of_others(
    make_project: MakeProject,
) -> None:
    project, other = with_history(make_project), with_history(make_project)

    def said(of: Project) -> int:
        with unit_of_work() as work:
            return len(
                work.session.scalars(select(Annotation.id).where(Annotation.project_id == of.id)).all()
            )

    before = said(other)
    delete_long_ago(project)
    wait_until(lambda: not there(project))
    assert (said(project), said(other)) == (0, before)
    assert before >= 2

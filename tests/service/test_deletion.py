"""A deleted project can be brought back for a week, and is removed with its files after that."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import func, select, update

from app.db.models import Image, Job, Project
from app.db.session import unit_of_work
from app.domain.enums import JobKind, JobStatus, Role
from app.storage.blobs import blob_store
from tests.service.test_imports import png, send
from tests.service.test_jobs import wait_until
from tests.stack import MakeProject, Stack
from tests.stack import Project as Made
from workers.tasks.removal import remove_deleted

HOUR = timedelta(hours=1)


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def listed(made: Made, *, deleted: bool) -> list[dict[str, Any]]:
    answer = made.client.call("GET", "/projects", params={"limit": 1000, "deleted": deleted})
    return [one for one in answer["items"] if one["id"] == made.id]


def delete_long_ago(made: Made) -> None:
    """Delete a project, just too long ago to be restored."""
    made.client.call("DELETE", f"/projects/{made.id}")
    with unit_of_work() as work:
        when = datetime.now(UTC) - timedelta(days=7) - HOUR
        work.session.execute(update(Project).where(Project.id == made.id).values(deleted_at=when))


def test_a_deleted_project_is_gone_until_its_owner_restores_it(
    stack: Stack, make_project: MakeProject
) -> None:
    made = make_project(pool=2)
    engineer, stranger = stack.person(), stack.person()
    made.add(engineer, Role.ENGINEER)
    before = made.client.call("GET", f"/projects/{made.id}")
    image = made.client.call("GET", f"/projects/{made.id}/images")["items"][0]["id"]
    back = f"/projects/{made.id}/restoration"
    assert refusal(engineer.client.request("POST", back)) == (403, "forbidden")

    made.client.call("DELETE", f"/projects/{made.id}")

    for path in (f"/projects/{made.id}", f"/images/{image}", f"/projects/{made.id}/jobs"):
        assert refusal(made.client.request("GET", path)) == (404, "not_found")
    assert listed(made, deleted=False) == []
    assert made.id not in made.client.call("GET", "/me")["roles"]
    (shown,) = listed(made, deleted=True)
    kept = datetime.fromisoformat(shown["removed_at"]) - datetime.fromisoformat(shown["deleted_at"])
    assert kept == timedelta(days=7)
    assert engineer.client.call("GET", "/projects", params={"deleted": True})["items"] == []
    for person in (engineer, stranger):
        assert refusal(person.client.request("POST", back)) == (404, "not_found")

    assert made.client.call("POST", back) == before
    assert made.client.call("POST", back) == before  # another tab
    assert made.client.call("GET", f"/images/{image}")["id"] == image


def test_deleting_cancels_jobs_and_ends_leases(stack: Stack, make_project: MakeProject) -> None:
    made = make_project(pool=6)
    made.rank(pool_batches=1)
    made.start_cycle(budget=1)
    other = stack.person()
    made.add(other, Role.ANNOTATOR)
    take = ("POST", f"/projects/{made.id}/assignments")
    assert len(made.client.call(*take, json={"limit": 1})["items"]) == 1
    asked = made.client.call(
        "POST", f"/projects/{made.id}/pretext-runs", json={"epochs": 1000, "pool_batches": 1}
    )

    made.client.call("DELETE", f"/projects/{made.id}")
    made.client.call("POST", f"/projects/{made.id}/restoration")

    assert len(other.client.call(*take, json={"limit": 1})["items"]) == 1
    wait_until(lambda: made.client.call("GET", f"/jobs/{asked['job']['id']}")["status"] == "cancelled")


def test_jobs_that_come_just_after_the_deletion_are_cancelled(make_project: MakeProject) -> None:
    made = make_project()
    made.client.call("DELETE", f"/projects/{made.id}")
    with unit_of_work() as work:
        late = Job(project_id=made.id, kind=JobKind.EXPORT, status=JobStatus.QUEUED, sent_at=func.now())
        work.session.add(late)

    def status() -> JobStatus:
        with unit_of_work() as work:
            return work.session.get_one(Job, late.id).status

    wait_until(lambda: status() is JobStatus.CANCELLED)


def test_after_a_week_it_is_removed_with_the_files_that_nobody_else_has(make_project: MakeProject) -> None:
    first, second = make_project(), make_project()
    pictures = [(f"{n}.png", png(f"#{n:06x}")) for n in (0xBADA55, 0xBADA56, 0xBADA57)]
    send(first, pictures)
    send(second, pictures[:1])
    shared, own = hashes(second), hashes(first) - hashes(second)
    with unit_of_work() as work:
        busy = Job(
            project_id=second.id, kind=JobKind.IMPORT, status=JobStatus.RUNNING,
            heartbeat_at=datetime.now(UTC) + HOUR, params={"files": []},
        )  # fmt: skip
        work.session.add(busy)
    delete_long_ago(first)

    assert refusal(first.client.request("POST", f"/projects/{first.id}/restoration")) == (404, "not_found")
    assert listed(first, deleted=True) == []
    remove_deleted()
    assert hashes(first) == shared | own  # a running job may be about to name one of the files

    with unit_of_work() as work:
        work.session.execute(update(Job).where(Job.id == busy.id).values(status=JobStatus.CANCELLED))
    wait_until(lambda: not there(first))
    assert {sha for sha in shared | own if blob_store().exists(sha)} == shared
    assert all(blob_store().read_rendition(sha, "thumb") is None for sha in own)
    assert hashes(second) == shared


def hashes(made: Made) -> set[str]:
    with unit_of_work() as work:
        return set(work.session.scalars(select(Image.sha256).where(Image.project_id == made.id)))


def there(made: Made) -> bool:
    with unit_of_work() as work:
        return work.session.get(Project, made.id) is not None

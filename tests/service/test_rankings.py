"""Storing rankings, and what images show of them."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.db import rankings
from app.db.base import new_id
from app.db.models import PretextRun, PretextScore
from app.db.session import unit_of_work
from tests.service.ranked import ranked
from tests.stack import MakeProject, Project


def store_again(session: Session, run: UUID) -> None:
    """Replace a ranking by the same one."""
    rows = list(session.scalars(select(PretextScore).where(PretextScore.pretext_run_id == run)))
    scores = [rankings.NewScore(row.image_id, row.loss, row.rank, row.pool_batch) for row in rows]
    session.execute(delete(PretextScore).where(PretextScore.pretext_run_id == run))
    session.get_one(PretextRun, run).batches = {}
    session.expunge_all()
    rankings.add_scores(session, run, scores)


def images(project: Project) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = project.client.call("GET", f"/projects/{project.id}/images")["items"]
    return items


def shown(image: dict[str, Any]) -> tuple[int | None, float | None]:
    return image["pool_batch"], image["pretext_loss"]


def test_rankings_of_two_projects_are_stored_side_by_side(make_project: MakeProject) -> None:
    one, other = (make_project(pool=6) for _ in range(2))
    runs = {project.id: UUID(project.rank()) for project in (one, other)}
    with unit_of_work() as first, unit_of_work() as second:
        store_again(first.session, runs[one.id])
        second.session.execute(text("SET LOCAL lock_timeout = '2s'"))
        store_again(second.session, runs[other.id])  # while the first is not committed
    for project in (one, other):
        assert sorted(image["pool_batch"] for image in images(project)) == [1, 1, 2, 2, 3, 3]


def test_images_show_what_the_newest_run_says_and_nothing_of_those_before(make_project: MakeProject) -> None:
    project = make_project(pool=3)
    first, second, third = (image["id"] for image in images(project))
    ranked(project, {first: 3, second: 2, third: 1}, pool_batches=3)
    ranked(project, {second: 0.5, third: 0.75})
    assert [shown(image) for image in images(project)] == [(None, None), (2, 0.5), (1, 0.75)]


def test_images_show_nothing_of_a_run_that_has_not_finished(make_project: MakeProject) -> None:
    project = make_project(pool=1)
    (image,) = images(project)
    run = ranked(project, {image["id"]: 1})
    with unit_of_work() as work:
        work.session.execute(update(PretextRun).where(PretextRun.id == run).values(finished_at=None))
    assert shown(project.client.call("GET", f"/images/{image['id']}")) == (None, None)


def test_a_lease_shows_the_same_as_the_list_and_the_image(make_project: MakeProject) -> None:
    project = make_project(pool=4, plan="random")
    losses = {image["id"]: float(place) for place, image in enumerate(images(project))}
    ranked(project, losses)
    project.start_cycle(budget=4)
    leased = project.client.call("POST", f"/projects/{project.id}/assignments", json={"limit": 4})["items"]
    by_lease = {item["image"]["id"]: shown(item["image"]) for item in leased}
    assert by_lease == {image["id"]: shown(image) for image in images(project)}
    assert by_lease == {key: shown(project.client.call("GET", f"/images/{key}")) for key in losses}
    assert sorted(by_lease.values()) == [(1, 2.0), (1, 3.0), (2, 0.0), (2, 1.0)]


def test_a_score_of_no_image_is_refused(make_project: MakeProject) -> None:
    project = make_project(pool=1)
    run = ranked(project, {images(project)[0]["id"]: 1})
    with pytest.raises(IntegrityError), unit_of_work() as work:
        work.session.add(PretextScore(pretext_run_id=run, image_id=new_id(), loss=1, rank=1, pool_batch=1))

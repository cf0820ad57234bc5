"""Maps of the pool."""

from typing import Any
from uuid import uuid4

import pytest

from tests.browser.test_training import train
from tests.service.test_labelling import code
from tests.stack import MakeProject, Project
from workers.pipelines.map import sample


@pytest.fixture
def project(make_project: MakeProject) -> Project:
    made = make_project(pool=24, test=6, auto_next_cycle=False)
    made.rank(pool_batches=2)
    return made


def draw(project: Project) -> dict[str, Any]:
    project.wait(project.client.call("POST", f"/projects/{project.id}/maps"))
    newest: dict[str, Any] = project.client.call("GET", f"/projects/{project.id}/maps")["items"][0]
    points: dict[str, Any] = project.client.call("GET", f"/maps/{newest['id']}/points")
    return newest | points


def test_a_map_shows_every_image_and_a_later_one_adds_what_is_known_by_then(project: Project) -> None:
    first = draw(project)
    assert (first["images"], first["points"], first["model_cycle"], first["outdated"]) == (
        24,
        24,
        None,
        False,
    )
    ids = {
        image["id"]
        for image in project.client.call("GET", f"/projects/{project.id}/images?split=pool")["items"]
    }
    assert set(first["image_ids"]) == ids
    assert set(first["confidence"]) == {None}
    assert set(first["cycle"]) == {None}

    train(project, budget=6)
    assert project.client.call("GET", f"/projects/{project.id}/maps")["items"][0]["outdated"] is True
    second = draw(project)
    assert second["model_cycle"] == 1
    assert (second["x"], second["y"], second["loss"]) == (first["x"], first["y"], first["loss"])
    assert all(0 < c <= 1 for c in second["confidence"])
    assert second["cycle"].count(1) == 6
    assert len([c for c in second["classes"] if c is not None]) == 6


def test_a_map_needs_a_pretext_run_of_some_images(make_project: MakeProject) -> None:
    project = make_project(pool=6)
    path = f"/projects/{project.id}/maps"
    assert code(project.client.request("POST", path)) == "no_pretext_run"
    project.rank(pool_batches=1)
    assert code(project.client.request("POST", path)) == "too_few_images"


def test_a_sample_is_the_same_whatever_the_order_of_the_images() -> None:
    ids = [uuid4() for _ in range(50)]
    chosen = {ids[row] for row in sample(ids, 20)}
    backwards = ids[::-1]
    assert {backwards[row] for row in sample(backwards, 20)} == chosen
    assert len(chosen) == 20

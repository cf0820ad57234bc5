"""What a cycle's task model took held-out images for, and the images that show a ranking."""

from typing import Any

from app.db.models import Model
from app.db.session import unit_of_work
from tests.service.test_loop import trained_model
from tests.stack import MakeProject, Project


def pages(project: Project, path: str, limit: int) -> list[dict[str, Any]]:
    """All items of a list, page by page."""
    found, cursor = [], None
    while True:
        asked = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        page = project.client.call("GET", path, params=asked)
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return found


def cell(project: Project, cycle: str, **which: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = project.client.call("GET", f"/cycles/{cycle}/predictions", params=which)[
        "items"
    ]
    return items


def test_each_cell_of_the_confusion_matrix_opens_the_images_behind_it(make_project: MakeProject) -> None:
    project = make_project(pool=8, test=30, auto_next_cycle=False)
    cycle = trained_model(project)["cycle_id"]
    found = project.client.call("GET", f"/cycles/{cycle}/confusion")
    assert (found["split"], found["kept"]) == ("test", True)
    for row, true in enumerate(found["classes"]):
        for column, predicted in enumerate(found["classes"]):
            items = cell(project, cycle, true=true, predicted=predicted)
            assert len(items) == found["counts"][row][column]
            assert {(i["true"], i["label"], i["predicted"]) for i in items} <= {(true, true, predicted)}
            asked = {"measured_in": 1, "true": true, "predicted": predicted}
            shown = project.client.call("GET", f"/projects/{project.id}/images", params=asked)["items"]
            assert {i["id"] for i in shown} == {i["image_id"] for i in items}
    counted = project.client.call("GET", f"/projects/{project.id}/images/count", params={"measured_in": 1})
    assert counted == {"images": 30}


def test_predictions_page_from_the_surest_to_the_least_sure(make_project: MakeProject) -> None:
    project = make_project(pool=8, test=30, auto_next_cycle=False)
    path = f"/cycles/{trained_model(project)['cycle_id']}/predictions"
    whole = project.client.call("GET", path)["items"]
    assert pages(project, path, limit=7) == whole
    assert len({item["image_id"] for item in whole}) == 30
    sure = [item["confidence"] for item in whole]
    assert sure == sorted(sure, reverse=True)


def test_an_unknown_class_or_cursor_is_refused(make_project: MakeProject) -> None:
    project = make_project(pool=8, test=4, auto_next_cycle=False)
    cycle = trained_model(project)["cycle_id"]
    for wanted in ({"true": "3"}, {"measured_in": 1, "true": "dragon"}):
        answer = project.client.request("GET", f"/projects/{project.id}/images", params=wanted)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid")
    for asked in ({"true": "dragon"}, {"predicted": "dragon"}, {"cursor": "x"}, {"cursor": "²"}):
        answer = project.client.request("GET", f"/cycles/{cycle}/predictions", params=asked)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid")


def test_a_model_from_before_predictions_were_kept_says_so(make_project: MakeProject) -> None:
    project = make_project(pool=8, test=4, auto_next_cycle=False)
    model = trained_model(project)
    with unit_of_work() as work:
        work.session.get_one(Model, model["id"]).predictions_sha256 = None
    assert project.client.call("GET", f"/cycles/{model['cycle_id']}/confusion")["kept"] is False
    answer = project.client.request("GET", f"/cycles/{model['cycle_id']}/predictions")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "predictions_not_kept")


def test_a_cycle_without_held_out_images_has_no_confusion(make_project: MakeProject) -> None:
    project = make_project(pool=8, auto_next_cycle=False)
    cycle = trained_model(project)["cycle_id"]
    answer = project.client.request("GET", f"/cycles/{cycle}/confusion")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "not_measured")


def test_examples_stand_at_equal_distances_of_the_ranking(make_project: MakeProject) -> None:
    project = make_project(pool=9)
    run = project.rank()
    found = project.client.call("GET", f"/pretext-runs/{run}/examples", params={"count": 3})["items"]
    assert [item["rank"] for item in found] == [0, 4, 8]
    losses = [item["loss"] for item in found]
    assert losses == sorted(losses, reverse=True)


def test_a_ranking_shorter_than_the_examples_shows_all_of_it(make_project: MakeProject) -> None:
    project = make_project(pool=4)
    run = project.rank()
    found = project.client.call("GET", f"/pretext-runs/{run}/examples", params={"count": 9})["items"]
    assert [item["rank"] for item in found] == [0, 1, 2, 3]

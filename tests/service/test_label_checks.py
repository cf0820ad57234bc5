"""Label checks and the reviewer's word."""

import hashlib
import os
import signal
from pathlib import Path
from typing import Any

from app.domain.enums import Role
from tests.digits import digits, zip_of
from tests.service.test_jobs import wait_until
from tests.service.test_loop import refused
from tests.stack import MakeProject, Person, Project, Stack, quiet

WRONG = 10


def labelled(make_project: MakeProject, folder: Path, count: int, wrong: int = 0, **settings: Any) -> Project:
    """A project of labelled digits, of which the first `wrong` are labelled as the class that comes next."""
    project = make_project(image_size=8, **settings)
    entries = digits()[:count]
    told = [(data, str((int(y) + 1) % 10) if n < wrong else y) for n, (data, y) in enumerate(entries)]
    path = zip_of(folder / "labelled.zip", told)
    project.client.wait_for_job(project.client.upload(project.id, path, "use"), quiet)
    return project


def check(project: Project) -> dict[str, Any]:
    started = project.client.call("POST", f"/projects/{project.id}/label-checks", json={"folds": 3})
    project.wait(started)
    found: dict[str, Any] = project.client.call("GET", f"/label-checks/{started['label_check']['id']}")
    return found


def suspects(project: Project, check_id: str, query: str = "") -> list[dict[str, Any]]:
    path = f"/label-checks/{check_id}/suspects?limit=1000{query}"
    items: list[dict[str, Any]] = project.client.call("GET", path)["items"]
    return items


def images(project: Project) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = project.client.call("GET", f"/projects/{project.id}/images?limit=1000")[
        "items"
    ]
    return items


def say(project: Project, person: Person, image: str, name: str) -> Any:
    path = f"/projects/{project.id}/labels/{image}"
    return person.client.request("PUT", path, json={"class": name})


def test_a_check_finds_most_wrong_labels_and_changes_none(make_project: MakeProject, tmp_path: Path) -> None:
    project = labelled(make_project, tmp_path, 250, WRONG, task_epochs=12)
    before = {image["id"]: image["label"] for image in images(project)}
    done = check(project)
    found = suspects(project, done["id"])
    wrong = {hashlib.sha256(data).hexdigest(): truth for data, truth in digits()[:WRONG]}
    hits = [s for s in found if s["image"]["sha256"] in wrong]
    assert len(hits) >= 6
    assert len(found) <= 30
    assert sum(s["suggested"] == wrong[s["image"]["sha256"]] for s in hits) >= 5
    assert all(s["given"] == s["image"]["label"] != s["suggested"] for s in found)
    assert [s["position"] for s in found] == list(range(len(found)))
    assert [s["score"] for s in found] == sorted(s["score"] for s in found)
    assert (done["checked"], done["left_out"], done["suspects"], done["settled"]) == (250, 0, len(found), 0)
    assert done["agreement"] > 0.6
    assert {image["id"]: image["label"] for image in images(project)} == before

    # What reviewers settle is marked, and does not come again.
    keep, change = found[:2]
    path = f"/projects/{project.id}/labels"
    kept = project.client.call("PUT", f"{path}/{keep['image']['id']}", json={"class": keep["given"]})
    assert kept["previous"] == keep["given"]
    project.client.call("PUT", f"{path}/{change['image']['id']}", json={"class": change["suggested"]})
    settled = suspects(project, done["id"], "&settled=true")
    assert [(s["position"], s["verdict"], s["settled_by"]) for s in settled] == [
        (0, "kept", "Someone"), (1, "changed", "Someone"),
    ]  # fmt: skip
    assert settled[1]["image"]["label"] == change["suggested"]
    assert len(suspects(project, done["id"], "&settled=false")) == len(found) - 2
    # One epoch: models that know little suspect a lot.
    settings = {"image_size": 8, "task_epochs": 1, "flip": False}
    project.client.call("PATCH", f"/projects/{project.id}", json={"settings": settings})
    again = check(project)
    asked = {s["image"]["id"] for s in suspects(project, again["id"])}
    assert asked.isdisjoint({keep["image"]["id"], change["image"]["id"]})
    assert len(project.client.call("GET", f"/projects/{project.id}/label-checks")["items"]) == 2


def test_a_check_whose_process_is_killed_goes_on_with_its_folds(
    stack: Stack, make_project: MakeProject, tmp_path: Path
) -> None:
    project = labelled(make_project, tmp_path, 120, task_epochs=40)
    started = project.client.call("POST", f"/projects/{project.id}/label-checks", json={"folds": 3})
    folder = stack.data_dir / "label-checks" / started["label_check"]["id"]
    wait_until((folder / "fold-0.safetensors").exists)
    first = (folder / "fold-0.safetensors").stat().st_mtime_ns
    (child,) = stack.children_of_jobs()
    os.kill(child, signal.SIGKILL)
    wait_until(lambda: project.client.call("GET", f"/jobs/{started['job']['id']}")["attempts"] >= 2)
    wait_until((folder / "fold-1.safetensors").exists)
    assert (folder / "fold-0.safetensors").stat().st_mtime_ns == first
    assert project.client.wait_for_job(started["job"]["id"], quiet)["status"] == "succeeded"
    assert not folder.exists()


def test_a_check_can_be_cancelled(make_project: MakeProject, tmp_path: Path) -> None:
    project = labelled(make_project, tmp_path, 60, task_epochs=500)
    started = project.client.call("POST", f"/projects/{project.id}/label-checks", json={})
    second = project.client.request("POST", f"/projects/{project.id}/label-checks", json={})
    assert refused(second) == (409, "label_check_running")
    project.client.call("POST", f"/jobs/{started['job']['id']}/cancellation")
    path = f"/label-checks/{started['label_check']['id']}"
    wait_until(lambda: project.client.call("GET", path)["job"]["status"] == "cancelled")
    assert project.client.call("GET", path)["checked"] is None


def test_too_few_labels_are_refused(make_project: MakeProject, tmp_path: Path) -> None:
    project = labelled(make_project, tmp_path, 12)
    answer = project.client.request("POST", f"/projects/{project.id}/label-checks", json={})
    assert refused(answer) == (409, "too_few_labels")
    assert "20 labels, and 5 in each of two classes" in answer.json()["error"]["message"]


def test_labels_of_rare_classes_are_left_out_and_counted(make_project: MakeProject, tmp_path: Path) -> None:
    project = make_project(image_size=8)
    common = [entry for entry in digits() if entry[1] in "01"][:24]
    rare = [entry for entry in digits() if entry[1] == "7"][:3]
    path = zip_of(tmp_path / "labelled.zip", common + rare)
    project.client.wait_for_job(
        project.client.upload(project.id, path, "test"), quiet
    )  # held-out labels count
    done = check(project)
    assert (done["checked"], done["left_out"]) == (24, 3)


def test_a_review_is_kept_with_who_and_what_was_before(
    stack: Stack, make_project: MakeProject, tmp_path: Path
) -> None:
    project = labelled(make_project, tmp_path, 2)
    reviewer = stack.person()
    project.add(reviewer, Role.REVIEWER)
    image = images(project)[0]
    other = "3" if image["label"] != "3" else "4"
    for name in (other, image["label"]):
        assert say(project, reviewer, image["id"], name).is_success
    history = project.client.call("GET", f"/projects/{project.id}/reviews")["items"]
    assert [(r["previous"], r["class"], r["previous_source"], r["user_id"]) for r in history] == [
        (image["label"], other, "import", str(reviewer.user.id)),
        (other, image["label"], "review", str(reviewer.user.id)),
    ]
    labels = project.client.call("GET", f"/projects/{project.id}/labels")["items"]
    assert {row["source"] for row in labels if row["image_id"] == image["id"]} == {"review"}


def test_what_cannot_be_reviewed_is_refused(make_project: MakeProject, owner: Person, tmp_path: Path) -> None:
    project = make_project(pool=1)
    image = images(project)[0]["id"]
    assert refused(say(project, owner, image, "3")) == (409, "not_labelled")
    assert refused(say(project, owner, image, "eleven")) == (422, "unknown_class")
    assert refused(say(project, owner, project.id, "3")) == (404, "not_found")
    elsewhere = labelled(make_project, tmp_path, 1)
    assert refused(say(project, owner, images(elsewhere)[0]["id"], "3")) == (404, "not_found")


def test_an_annotators_later_answer_does_not_overrule_a_reviewer(make_project: MakeProject) -> None:
    project = make_project(pool=4, plan="random")
    project.start_cycle(budget=3)
    call = project.client.call
    (held,) = call("POST", f"/projects/{project.id}/assignments", json={"limit": 1})["items"]
    for method, path, name in (
        ("PUT", f"/assignments/{held['id']}/annotation", "1"),
        ("PUT", f"/projects/{project.id}/labels/{held['image']['id']}", "2"),
        ("PUT", f"/assignments/{held['id']}/annotation", "3"),
    ):
        call(method, path, json={"class": name})
    (label,) = call("GET", f"/projects/{project.id}/labels")["items"]
    assert (label["class"], label["source"]) == ("2", "review")
    said = [a["class"] for a in call("GET", f"/projects/{project.id}/annotations")["items"]]
    assert said == ["1", "3"]


def test_reviews_still_name_a_class_that_was_removed(make_project: MakeProject, tmp_path: Path) -> None:
    project = labelled(make_project, tmp_path, 1)
    image = images(project)[0]
    project.client.call("PUT", f"/projects/{project.id}/labels/{image['id']}", json={"class": "5"})
    left = [{"name": str(digit)} for digit in range(10) if str(digit) != image["label"]]
    project.client.call("PATCH", f"/projects/{project.id}", json={"classes": left})
    (review,) = project.client.call("GET", f"/projects/{project.id}/reviews")["items"]
    assert (review["previous"], review["class"]) == (image["label"], "5")

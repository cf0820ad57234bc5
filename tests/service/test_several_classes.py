"""Projects whose images may have several classes: answers, labels, schema changes, reviews and files."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from app.domain.enums import Role
from tests.service.several import answer, project_of, sets
from tests.service.test_classes import merge, unmerge
from tests.service.test_import_previews import preview
from tests.service.test_imports import images, png, send
from tests.service.test_labelling import annotators, code, queue, take
from tests.service.test_overlap import schema_id
from tests.stack import Person, Project, Stack

__all__ = ["annotators", "queue"]


@pytest.fixture
def several(owner: Person) -> Project:
    """Three images in the queue, one more than tests answer: else the cycle closes."""
    project = project_of(owner, pool=4)
    project.start_cycle(3)
    return project


@pytest.fixture
def person(stack: Stack, several: Project) -> Person:
    found = stack.person()
    several.add(found, Role.ANNOTATOR)
    return found


def exported(project: Project, form: str) -> str:
    made = project.client.call("POST", f"/projects/{project.id}/exports", json={"format": form})
    project.wait(made)
    text: str = project.client.request("GET", f"/exports/{made['export']['id']}/content").text
    return text


def test_an_answer_holds_all_classes_of_an_image_in_the_order_of_the_schema(
    several: Project, person: Person
) -> None:
    (one,) = take(person, several, 1)
    said = answer(person, one["id"], "night", "cat").json()
    assert (said["class"], said["classes"], said["counts_as_classes"]) == (
        None,
        ["cat", "night"],
        ["cat", "night"],
    )
    assert sets(several) == {one["image"]: ["cat", "night"]}


def test_none_of_the_classes_is_an_answer(several: Project, person: Person) -> None:
    (one,) = take(person, several, 1)
    assert answer(person, one["id"]).json()["classes"] == []
    assert sets(several) == {one["image"]: []}
    labelled = images(several, "&labelled=true")
    assert [image["labels"] for image in labelled] == [[]]
    assert all(image["labels"] is None for image in images(several, "&labelled=false"))


def test_the_same_set_again_in_another_order_is_no_revision(several: Project, person: Person) -> None:
    (one,) = take(person, several, 1)
    for classes in (("cat", "dog"), ("dog", "cat"), ("dog", "cat", "dog"), ("dog",)):
        answer(person, one["id"], *classes)
    rows = several.client.call("GET", f"/projects/{several.id}/annotations")["items"]
    assert [(row["revision"], row["classes"]) for row in rows] == [(1, ["cat", "dog"]), (2, ["dog"])]


def test_an_answer_that_is_taken_back_leaves_no_label(several: Project, person: Person) -> None:
    (one,) = take(person, several, 1)
    items: list[dict[str, Any]] = [{"classes": ["cat", "dog"]}, {"retract": True}]
    for item in items:
        body = {"user_id": str(person.user.id), "items": [{"assignment_id": one["id"]} | item]}
        kept = person.client.call("POST", f"/projects/{several.id}/answers", json=body)
        assert kept["items"][0]["error"] is None
    assert sets(several) == {}


def test_each_kind_of_project_refuses_the_answers_of_the_other(
    several: Project, person: Person, queue: Project, annotators: list[Person]
) -> None:
    (mine,), (theirs,) = take(person, several, 1), take(annotators[0], queue, 1)
    for name in ("cat", "unheard of"):
        one = person.client.request("PUT", f"/assignments/{mine['id']}/annotation", json={"class": name})
        assert (one.status_code, code(one)) == (422, "several_classes")
    refused = answer(annotators[0], theirs["id"], "1")
    assert (refused.status_code, code(refused)) == (422, "one_class")
    assert code(answer(person, mine["id"], "cat", "cow")) == "unknown_class"


def test_a_merge_counts_for_sets_and_can_be_undone(several: Project, person: Person) -> None:
    first, second = take(person, several, 2)
    answer(person, first["id"], "cat", "dog")
    merge(several, "cat", "dog")
    answer(person, second["id"], "cat", "night")  # as a page that is older than the merge says it
    assert sets(several) == {first["image"]: ["dog"], second["image"]: ["dog", "night"]}
    assert len(images(several, "&class=dog")) == 2
    assert unmerge(several, schema_id(several, "cat")).json()["name"] == "cat"
    assert sets(several) == {first["image"]: ["cat", "dog"], second["image"]: ["cat", "night"]}
    assert [image["id"] for image in images(several, "&class=dog")] == [first["image"]]


def test_a_class_that_a_set_holds_cannot_be_removed(several: Project, person: Person) -> None:
    (one,) = take(person, several, 1)
    answer(person, one["id"], "cat", "dog")
    merge(several, "cat", "dog")
    for name, allowed in (("dog", False), ("night", True)):
        path = f"/classes/{schema_id(several, name)}"
        assert several.client.request("DELETE", path).is_success is allowed
    found = several.client.call("GET", f"/projects/{several.id}/classes")["items"]
    assert [(row["name"], row["labels"]) for row in found] == [("dog", {"pool": 1})]


def test_of_several_people_each_class_is_decided_by_the_majority(stack: Stack, owner: Person) -> None:
    project = project_of(owner, pool=4, overlap=3)
    project.start_cycle(1)
    who = [stack.person() for _ in range(3)]
    image = ""
    for person, said in zip(who, (["cat", "dog"], ["cat", "night"], ["dog"]), strict=True):
        project.add(person, Role.ANNOTATOR)
        (mine,) = take(person, project, 1)
        answer(person, mine["id"], *said)
        image = mine["image"]
    assert sets(project) == {image: ["cat", "dog"]}
    told = project.client.call("GET", f"/projects/{project.id}/agreement")
    assert [(row["class"], row["images"], row["unanimous"]) for row in told["classes"]] == [
        ("cat", 1, 0),
        ("dog", 1, 0),
        ("night", 1, 0),
    ]


def test_where_half_name_a_class_a_reviewer_decides(stack: Stack, owner: Person) -> None:
    project = project_of(owner, pool=4, overlap=2)
    project.start_cycle(1)
    for said in (["cat"], ["cat", "dog"]):
        person = stack.person()
        project.add(person, Role.ANNOTATOR)
        (mine,) = take(person, project, 1)
        answer(person, mine["id"], *said)
    assert sets(project) == {}
    (item,) = project.client.call("GET", f"/projects/{project.id}/review-queue")["items"]
    assert item["reasons"] == ["unsettled", "disagreement"]
    assert sorted(row["classes"] for row in item["answers"]) == [["cat"], ["cat", "dog"]]
    path = f"/projects/{project.id}/labels/{mine['image']}"
    said_by_reviewer = project.client.call("PUT", path, json={"classes": []})
    assert (said_by_reviewer["classes"], said_by_reviewer["previous_classes"]) == ([], None)
    assert sets(project) == {mine["image"]: []}
    assert code(project.client.request("PUT", path, json={"class": "cat"})) == "several_classes"


def test_the_history_of_an_image_tells_its_sets(several: Project, person: Person) -> None:
    (one,) = take(person, several, 1)
    answer(person, one["id"], "cat", "dog")
    several.client.call("PUT", f"/projects/{several.id}/labels/{one['image']}", json={"classes": ["night"]})
    events = several.client.call("GET", f"/images/{one['image']}/history")["items"]
    told = [(event["kind"], event["classes"], event["previous_classes"]) for event in events]
    assert told == [
        ("queued", None, None),
        ("answer", ["cat", "dog"], None),
        ("review", ["night"], ["cat", "dog"]),
    ]


def test_exports_join_names_in_csv_and_list_them_in_json_lines(several: Project, person: Person) -> None:
    first, second = take(person, several, 2)
    answer(person, first["id"], "cat", "dog")
    several.client.call(
        "PUT", f"/projects/{several.id}/labels/{first['image']}", json={"classes": ["dog", "cat"]}
    )
    answer(person, second["id"])
    rows = [json.loads(line) for line in exported(several, "jsonl").splitlines()]
    assert {row["image_id"]: row["classes"] for row in rows} == {
        first["image"]: ["cat", "dog"],
        second["image"]: [],
    }
    header, *lines = exported(several, "csv").splitlines()
    place = header.split(",").index("classes")
    assert sorted(line.split(",")[place] for line in lines) == ["", "cat|dog"]


def test_an_image_in_several_folders_has_all_their_classes(owner: Person, tmp_path: Path) -> None:
    project = project_of(owner)
    with zipfile.ZipFile(tmp_path / "tree.zip", "w") as archive:
        for name, colour in (("cat/a", "red"), ("dog/b", "red"), ("night/c", "blue")):
            archive.writestr(f"{name}.png", png(colour))
    data = (tmp_path / "tree.zip").read_bytes()
    report = send(project, [("tree.zip", data)], "use")
    assert (report["imported"], report["duplicates"], report["labelled"]) == (2, 1, 2)
    assert sorted(sets(project).values()) == [["cat", "dog"], ["night"]]
    assert send(project, [("tree.zip", data)], "use")["labelled"] == 0
    send(project, [("night/a.png", png("red"))], "use")
    assert sorted(sets(project).values()) == [["cat", "dog", "night"], ["night"]]


def test_a_folder_says_that_images_have_none_of_the_classes(owner: Person, tmp_path: Path) -> None:
    project = project_of(owner)
    with zipfile.ZipFile(tmp_path / "tree.zip", "w") as archive:
        for name, colour in (
            ("_none/a", "red"),
            ("_none/b", "blue"),
            ("dog/b", "blue"),
            ("test/_none/c", "lime"),
        ):
            archive.writestr(f"{name}.png", png(colour))
    data = (tmp_path / "tree.zip").read_bytes()
    found = preview(project, [("tree.zip", data)])["result"]
    assert (found["none_folder"], found["unknown_classes"]) == ("_none", [])
    report = send(project, [("tree.zip", data)], "use")
    assert (report["imported"], report["labelled"], report["rejected_count"]) == (3, 3, 0)
    assert sorted(sets(project).values()) == [[], [], ["dog"]]
    send(project, [("_none/b.png", png("blue"))], "use")
    assert sorted(sets(project).values()) == [[], [], ["dog"]]
    assert "_none" not in [
        one["name"] for one in project.client.call("GET", f"/projects/{project.id}")["classes"]
    ]


def test_what_takes_one_class_an_image_is_refused_with_a_code(several: Project) -> None:
    for path, body in (("label-checks", {}), ("backtests", {"budget": 2, "plans": ["random"]})):
        refused = several.client.request("POST", f"/projects/{several.id}/{path}", json=body)
        assert (refused.status_code, code(refused)) == (422, "one_class_only")
    settings = several.client.call("GET", f"/projects/{several.id}")["settings"] | {"balance": "sampling"}
    refused = several.client.request("PATCH", f"/projects/{several.id}", json={"settings": settings})
    assert (refused.status_code, code(refused)) == (422, "balance_not_possible")

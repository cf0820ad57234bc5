"""Guidelines, who has read them, and example images of classes."""

from typing import Any

import pytest

from app.domain.enums import Role
from tests.stack import MakeProject, Project, Stack


def read(project: Project, client: Any = None) -> dict[str, Any]:
    found: dict[str, Any] = (client or project.client).call("GET", f"/projects/{project.id}/guidelines")
    return found


def code_of(project: Project, method: str, path: str, body: dict[str, Any]) -> str:
    """Why a request is refused."""
    answer = project.client.request(method, path, json=body)
    return str(answer.json()["error"]["code"])


def write(project: Project, text: str, replaces: str | None) -> dict[str, Any]:
    body = {"text": text, "replaces": replaces}
    saved: dict[str, Any] = project.client.call("PUT", f"/projects/{project.id}/guidelines", json=body)
    return saved


def test_every_revision_stays_and_the_newest_holds(make_project: MakeProject) -> None:
    project = make_project()
    first = write(project, "# One", None)["revision"]
    second = write(project, "# Two", first["id"])["revision"]
    same = write(project, "# Two", second["id"])["revision"]
    history = project.client.call("GET", f"/projects/{project.id}/guidelines/history")["items"]
    assert [entry["text"] for entry in history] == ["# Two", "# One"]
    assert read(project)["revision"] == same == second


def test_a_revision_in_between_is_not_overwritten(make_project: MakeProject) -> None:
    project = make_project()
    write(project, "theirs", None)
    body = {"text": "mine", "replaces": None}
    assert code_of(project, "PUT", f"/projects/{project.id}/guidelines", body) == "guidelines_changed"
    assert read(project)["revision"]["text"] == "theirs"


def test_a_change_is_unread_until_it_is_read(make_project: MakeProject, stack: Stack) -> None:
    project = make_project()
    person = stack.person()
    project.add(person, Role.ANNOTATOR)
    seen = [read(project, person.client)["unread"]]
    written = write(project, "text", None)
    seen.append(read(project, person.client)["unread"])
    person.client.call("PUT", f"/projects/{project.id}/guidelines/reading")
    seen.append(read(project, person.client)["unread"])
    one = project.client.call("GET", f"/projects/{project.id}")["classes"][0]
    project.client.call("PATCH", f"/classes/{one['id']}", json={"guideline": "Round."})
    seen.append(read(project, person.client)["unread"])
    assert seen == [False, True, False, True]
    assert not written["unread"], "the writer knows what they wrote"


@pytest.fixture
def labelled(make_project: MakeProject) -> tuple[Project, dict[str, str], list[dict[str, Any]]]:
    """A project with six labelled images; its classes by name; its images."""
    project = make_project(test=6)
    classes = project.client.call("GET", f"/projects/{project.id}")["classes"]
    images = project.client.call("GET", f"/projects/{project.id}/images")["items"]
    return project, {entry["name"]: entry["id"] for entry in classes}, images


def test_examples_show_what_a_class_is_and_is_not(
    labelled: tuple[Project, dict[str, str], list[dict[str, Any]]],
) -> None:
    project, classes, images = labelled
    image = images[0]
    other = next(name for name in classes if name != image["label"])

    def show(name: str, kind: str) -> dict[str, Any]:
        body = {"image_id": image["id"], "kind": kind, "caption": "See the loop"}
        made: dict[str, Any] = project.client.call("POST", f"/classes/{classes[name]}/examples", json=body)
        return made

    shown = [show(image["label"], "example"), show(other, "counter_example")]
    assert read(project)["examples"] == shown
    project.client.call("PATCH", f"/examples/{shown[1]['id']}", json={"caption": "No loop"})
    project.client.call("DELETE", f"/examples/{shown[0]['id']}")
    assert [example["caption"] for example in read(project)["examples"]] == ["No loop"]


def test_an_image_of_another_label_is_no_example(
    labelled: tuple[Project, dict[str, str], list[dict[str, Any]]],
) -> None:
    project, classes, images = labelled
    other = next(name for name in classes if name != images[0]["label"])
    found = [
        code_of(
            project, "POST", f"/classes/{classes[name]}/examples", {"image_id": images[0]["id"], "kind": kind}
        )
        for name, kind in ((other, "example"), (images[0]["label"], "counter_example"))
    ]
    assert found == ["no_example", "no_example"]


def test_an_image_of_another_project_is_no_example(
    labelled: tuple[Project, dict[str, str], list[dict[str, Any]]], make_project: MakeProject
) -> None:
    _, _, images = labelled
    project = make_project()
    one = project.client.call("GET", f"/projects/{project.id}")["classes"][0]
    code = code_of(project, "POST", f"/classes/{one['id']}/examples", {"image_id": images[0]["id"]})
    assert (code, read(project)["examples"]) == ("invalid", [])

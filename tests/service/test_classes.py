"""Changing the label schema while people label."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from app.db.models import Assignment, Class, Label, Model, QueueItem
from app.db.session import unit_of_work
from app.demo.replay import answer_queue
from app.domain.enums import Role
from app.services import classes
from tests.digits import digits, zip_of
from tests.service.test_labelling import code, labels, say, take
from tests.stack import MakeProject, Person, Project, Stack, quiet


@pytest.fixture
def project(make_project: MakeProject) -> Project:
    """A project with ten classes, and nothing else."""
    return make_project()


@pytest.fixture
def queue(make_project: MakeProject) -> Project:
    """A project whose first cycle waits for six answers."""
    project = make_project(pool=8, plan="random")
    project.start_cycle(budget=6)
    return project


def schema(project: Project) -> dict[str, dict[str, Any]]:
    items = project.client.call("GET", f"/projects/{project.id}/classes")["items"]
    return {item["name"]: item for item in items}


def history(project: Project) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = project.client.call("GET", f"/projects/{project.id}/schema-changes")[
        "items"
    ]
    return found


def change(project: Project, which: str, **fields: object) -> httpx.Response:
    return project.client.request("PATCH", f"/classes/{schema(project)[which]['id']}", json=fields)


def merge(project: Project, name: str, into: str) -> httpx.Response:
    known = schema(project)
    body = {"into": known[into]["id"]}
    return project.client.request("POST", f"/classes/{known[name]['id']}/merge", json=body)


def unmerge(project: Project, class_id: str) -> httpx.Response:
    return project.client.request("DELETE", f"/classes/{class_id}/merge")


def answers(project: Project) -> list[tuple[str, str | None]]:
    items = project.client.call("GET", f"/projects/{project.id}/annotations")["items"]
    return [(item["class"], item["counts_as"]) for item in items]


def test_a_class_is_renamed_and_its_history_has_the_old_name(project: Project, owner: Person) -> None:
    before = schema(project)["3"]
    changed = change(project, "3", name="three", color="#123456", hotkey="q", guideline="Two bows.")
    assert changed.json() == before_fields(before) | {
        "name": "three", "color": "#123456", "hotkey": "q", "guideline": "Two bows.",
    }  # fmt: skip
    newest = history(project)[0]
    assert (newest["kind"], newest["user"]["id"]) == ("changed", str(owner.user.id))
    assert (newest["before"]["name"], newest["after"]["name"]) == ("3", "three")
    assert set(newest["before"]) == {"name", "color", "hotkey", "guideline"}


def before_fields(item: dict[str, Any]) -> dict[str, Any]:
    return {key: item[key] for key in ("id", "name", "color", "hotkey", "guideline")}


def test_what_stays_as_it_was_is_no_change(project: Project) -> None:
    before = history(project)
    assert change(project, "3", name="3", position=3).is_success
    assert history(project) == before


def test_a_class_is_moved_and_the_others_make_room(project: Project) -> None:
    assert change(project, "7", position=1).is_success
    assert list(schema(project)) == ["0", "7", "1", "2", "3", "4", "5", "6", "8", "9"]
    assert history(project)[0]["after"] == {"position": 1}


@pytest.mark.parametrize(
    ("fields", "status", "expected"),
    [
        ({"name": "4"}, 409, "class_name_taken"),
        ({"hotkey": "1"}, 409, "hotkey_taken"),
        ({"hotkey": "z"}, 422, "invalid"),
        ({"color": "red"}, 422, "invalid"),
        ({"name": None}, 422, "invalid"),
    ],
)
def test_a_change_that_cannot_be_meant_is_refused_by_field(
    project: Project, fields: dict[str, object], status: int, expected: str
) -> None:
    answer = change(project, "3", **fields)
    assert (answer.status_code, code(answer)) == (status, expected)
    details = answer.json()["error"]["details"]
    named = details.get("field") or details["fields"][0]["field"]
    assert named == next(iter(fields))


def test_a_hotkey_is_taken_away_by_null(project: Project) -> None:
    assert change(project, "3", hotkey=None).json()["hotkey"] is None
    assert change(project, "4", hotkey="4").is_success


def test_an_added_class_comes_last_with_a_free_colour_and_hotkey(project: Project) -> None:
    known = schema(project)
    added = project.client.call("POST", f"/projects/{project.id}/classes", json={"name": "ten"})
    assert list(schema(project))[-1] == "ten"
    assert added["hotkey"] not in {item["hotkey"] for item in known.values()}
    assert added["color"] not in {item["color"] for item in known.values()}
    twice = project.client.request("POST", f"/projects/{project.id}/classes", json={"name": "ten"})
    assert code(twice) == "class_name_taken"


def test_a_class_without_labels_is_removed_and_its_name_is_free(project: Project) -> None:
    gone = schema(project)["3"]["id"]
    assert project.client.request("DELETE", f"/classes/{gone}").status_code == 204
    assert "3" not in schema(project)
    again = project.client.call("POST", f"/projects/{project.id}/classes", json={"name": "3"})
    assert again["id"] != gone
    assert code(project.client.request("PATCH", f"/classes/{gone}", json={"name": "x"})) == "class_gone"


def test_a_class_with_labels_is_not_removed(queue: Project, owner: Person) -> None:
    (mine,) = take(owner, queue, 1)
    say(owner, mine["id"], "3")
    refused = queue.client.request("DELETE", f"/classes/{schema(queue)['3']['id']}")
    assert (code(refused), refused.json()["error"]["details"]["labels"]) == ("class_in_use", 1)


def test_a_removed_class_that_answers_named_stays_in_what_was_said(queue: Project, owner: Person) -> None:
    (mine,) = take(owner, queue, 1)
    say(owner, mine["id"], "3")
    say(owner, mine["id"], "4")
    queue.client.call("DELETE", f"/classes/{schema(queue)['3']['id']}")
    assert answers(queue) == [("3", None), ("4", "4")]
    assert code(say(owner, mine["id"], "3")) == "unknown_class"


def test_labels_follow_a_merge_and_answers_keep_what_was_said(queue: Project, owner: Person) -> None:
    one, two = take(owner, queue, 2)
    say(owner, one["id"], "3")
    say(owner, two["id"], "8")
    assert merge(queue, "3", "8").json()["name"] == "8"
    assert labels(queue) == {one["image"]: "8", two["image"]: "8"}
    assert answers(queue) == [("3", "8"), ("8", "8")]
    known = schema(queue)
    assert "3" not in known
    assert known["8"]["labels"] == {"pool": 2}
    assert [item["name"] for item in known["8"]["merged"]] == ["3"]
    assert history(queue)[0]["after"]["labels"] == 1


def test_an_answer_of_before_a_merge_or_renaming_counts_for_what_the_class_became(
    queue: Project, owner: Person
) -> None:
    merge(queue, "3", "8")
    merge(queue, "8", "9")
    change(queue, "5", name="five")
    one, two = take(owner, queue, 2)
    assert say(owner, one["id"], "3").json()["counts_as"] == "9"
    assert say(owner, two["id"], "5").json()["class"] == "five"
    assert labels(queue) == {one["image"]: "9", two["image"]: "five"}


def test_a_new_class_takes_the_name_of_a_merged_one(queue: Project, owner: Person) -> None:
    merge(queue, "3", "8")
    queue.client.call("POST", f"/projects/{queue.id}/classes", json={"name": "3"})
    (mine,) = take(owner, queue, 1)
    say(owner, mine["id"], "3")
    assert labels(queue) == {mine["image"]: "3"}


def test_no_answer_passes_a_merge_by(queue: Project, owner: Person) -> None:
    (mine,) = take(owner, queue, 1)
    known = schema(queue)
    begun, finish = Event(), Event()

    def merge_slowly() -> None:
        with unit_of_work() as work:
            row = work.session.get_one(Class, UUID(known["3"]["id"]))
            classes.merge(work.session, row, owner.user, UUID(known["8"]["id"]))
            begun.set()
            assert finish.wait(20)

    with ThreadPoolExecutor(2) as pool:
        merging = pool.submit(merge_slowly)
        assert begun.wait(20)
        answering = pool.submit(say, owner, mine["id"], "3")
        with pytest.raises(TimeoutError):
            answering.result(timeout=0.5)  # it waits for the merge
        finish.set()
        merging.result(timeout=20)
        assert answering.result(timeout=20).json()["counts_as"] == "8"
    assert labels(queue) == {mine["image"]: "8"}


def test_merges_and_answers_at_once_leave_no_label_behind(queue: Project, owner: Person) -> None:
    held = take(owner, queue, 6)
    known = schema(queue)
    live = ["6", "7", "8"]

    def act(number: int) -> httpx.Response:
        if number % 2:
            path = f"/classes/{known[str(number // 2)]['id']}/merge"
            return owner.client.request("POST", path, json={"into": known[live[number % 3]]["id"]})
        return say(owner, held[number // 2]["id"], str(number // 2))

    # Its last image stays unanswered, so the queue stays open.
    with ThreadPoolExecutor(10) as pool:
        done = list(pool.map(act, range(10)))
    assert all(answer.is_success for answer in done)
    assert set(labels(queue).values()) <= {"6", "7", "8"}
    assert len(labels(queue)) == 5


def test_a_merge_undone_gives_back_what_it_took_and_late_answers(queue: Project, owner: Person) -> None:
    one, two, three, four = take(owner, queue, 4)
    source = schema(queue)["3"]["id"]
    for item, name in ((one, "3"), (two, "3"), (three, "8")):
        say(owner, item["id"], name)
    merge(queue, "3", "8")
    say(owner, two["id"], "8")  # a new answer, which the undoing must not touch
    say(owner, four["id"], "3")  # a page of before the merge
    assert history(queue)[0]["undoable"]
    assert unmerge(queue, source).json()["name"] == "3"
    assert labels(queue) == {one["image"]: "3", two["image"]: "8", three["image"]: "8", four["image"]: "3"}
    assert list(schema(queue)) == [str(digit) for digit in range(10)]
    assert [entry["kind"] for entry in history(queue)[:2]] == ["unmerged", "merged"]
    assert not any(entry["undoable"] for entry in history(queue))


def test_merges_are_undone_in_their_order(queue: Project, owner: Person) -> None:
    (mine,) = take(owner, queue, 1)
    known = schema(queue)
    say(owner, mine["id"], "3")
    merge(queue, "3", "8")
    merge(queue, "8", "9")
    refused = unmerge(queue, known["3"]["id"])
    assert (refused.status_code, code(refused)) == (409, "cannot_undo")
    assert unmerge(queue, known["8"]["id"]).is_success
    assert labels(queue) == {mine["image"]: "8"}
    assert unmerge(queue, known["3"]["id"]).is_success
    assert labels(queue) == {mine["image"]: "3"}


def test_a_merge_stays_once_a_model_has_learned_it(queue: Project) -> None:
    source = schema(queue)["3"]["id"]
    merge(queue, "3", "8")
    with unit_of_work() as work:
        cycle = UUID(queue.client.call("GET", f"/projects/{queue.id}/cycles")["items"][0]["id"])
        work.session.add(
            Model(
                project_id=UUID(queue.id), cycle_id=cycle, backbone="small_cnn", label_count=1,
                classes=[], metrics={}, weights_sha256="",
            )
        )  # fmt: skip
    assert code(unmerge(queue, source)) == "cannot_undo"
    newest = history(queue)[0]
    assert (newest["undoable"], "trained since" in newest["undo_blocked"]) == (False, True)


@pytest.mark.parametrize("into", ["itself", "elsewhere"])
def test_a_merge_into_itself_or_into_another_project_is_refused(
    project: Project, make_project: MakeProject, into: str
) -> None:
    own = schema(project)["3"]["id"]
    target = own if into == "itself" else schema(make_project())["8"]["id"]
    refused = project.client.request("POST", f"/classes/{own}/merge", json={"into": target})
    assert (refused.status_code, refused.json()["error"]["details"]["field"]) == (422, "into")


def test_a_removed_class_is_brought_back_as_it_was_and_where_it_stood(project: Project) -> None:
    before = schema(project)
    gone = before["3"]["id"]
    project.client.call("DELETE", f"/classes/{gone}")
    back = project.client.call("POST", f"/classes/{gone}/restoration")
    assert back == before_fields(before["3"])
    assert schema(project) == before
    assert [entry["kind"] for entry in history(project)[:2]] == ["added", "removed"]


def test_a_class_whose_name_was_given_away_is_not_brought_back(project: Project) -> None:
    gone = schema(project)["3"]
    project.client.call("DELETE", f"/classes/{gone['id']}")
    assert change(project, "4", name="3", hotkey=gone["hotkey"]).is_success
    path = f"/classes/{gone['id']}/restoration"
    assert code(project.client.request("POST", path)) == "class_name_taken"
    change(project, "3", name="three")
    assert project.client.call("POST", path)["hotkey"] not in (None, gone["hotkey"])
    assert code(project.client.request("POST", path)) == "cannot_undo"


def test_the_whole_list_renames_swaps_removes_and_is_in_the_history(project: Project) -> None:
    known = schema(project)
    wanted = [
        {"id": known["1"]["id"], "name": "0"},
        {"id": known["0"]["id"], "name": "1"},
        {"name": "2", "guideline": "A swan."},
        {"name": "new"},
    ]
    project.client.call("PATCH", f"/projects/{project.id}", json={"classes": wanted})
    now = schema(project)
    assert list(now) == ["0", "1", "2", "new"]
    assert (now["0"]["id"], now["1"]["id"]) == (known["1"]["id"], known["0"]["id"])
    assert now["0"]["hotkey"] == known["1"]["hotkey"]
    kinds = [entry["kind"] for entry in history(project) if entry["created_at"] > project_time(project)]
    assert sorted(kinds) == ["added", *["changed"] * 3, *["removed"] * 7]


def project_time(project: Project) -> str:
    return str(project.client.call("GET", f"/projects/{project.id}")["created_at"])


def test_folders_named_after_a_merged_class_are_labels_of_what_it_became(
    project: Project, tmp_path: Path
) -> None:
    merge(project, "3", "8")
    change(project, "5", name="five")
    entries = [entry for entry in digits() if entry[1] in ("3", "5")][:4]
    path = zip_of(tmp_path / "more.zip", entries)
    project.client.wait_for_job(project.client.upload(project.id, path, "test"), quiet)
    items = project.client.call("GET", f"/projects/{project.id}/labels")["items"]
    assert {item["class"] for item in items} == {"8", "five"}


def test_a_model_of_before_a_merge_and_a_renaming_suggests_what_its_classes_became(
    make_project: MakeProject, owner: Person
) -> None:
    project = make_project(
        pool=30, plan="least-confidence", auto_next_cycle=False, suggestions=True, audit_share=0
    )
    cycle = project.start_cycle(budget=8)
    answer_queue(project.client, project.id, project.truth, quiet)
    job = project.client.call("GET", f"/cycles/{cycle['id']}")["training_job_id"]
    project.client.wait_for_job(job, quiet)
    for digit in range(1, 9):
        merge(project, str(digit), "9")
    change(project, "0", name="zero")
    assert schema(project)["9"]["models"] == 1
    project.start_cycle(budget=4)
    held = owner.client.call("POST", f"/projects/{project.id}/assignments", json={"limit": 4})["items"]
    told = {item["suggestion"]["class"] for item in held}
    assert told <= {"zero", "9"}
    # Nine classes of ten are one now: what the model is sure of is their sum.
    assert all(item["suggestion"]["confidence"] > 0.5 for item in held)


def test_a_suggestion_follows_a_merge_of_the_open_cycle(queue: Project, owner: Person) -> None:
    source = UUID(schema(queue)["3"]["id"])
    queue.client.call("PATCH", f"/projects/{queue.id}", json={"settings": {"suggestions": True}})
    (mine,) = take(owner, queue, 1)
    with unit_of_work() as work:
        held_item = select(QueueItem).join(Assignment).where(Assignment.id == UUID(mine["id"]))
        item = work.session.scalars(held_item).one()
        item.suggested_class_id, item.score = source, 0.7
    merge(queue, "3", "8")
    held = owner.client.call("POST", f"/projects/{queue.id}/assignments", json={"limit": 1})["items"]
    assert held[0]["suggestion"] == {"class": "8", "classes": None, "confidence": 0.7}


def test_labels_point_at_live_classes_only(queue: Project, owner: Person) -> None:
    (mine,) = take(owner, queue, 1)
    say(owner, mine["id"], "3")
    merge(queue, "3", "8")
    with unit_of_work() as work:
        pointed = work.session.scalars(
            select(Class.merged_into_id)
            .join(Label, Label.class_id == Class.id)
            .where(Label.project_id == UUID(queue.id))
        )
        assert pointed.all() == [None]


def test_a_reviewer_sees_the_schema_and_changes_nothing(stack: Stack, project: Project) -> None:
    reviewer = stack.person()
    project.add(reviewer, Role.REVIEWER)
    seen = reviewer.client.call("GET", f"/projects/{project.id}/classes")["items"]
    refused = reviewer.client.request("PATCH", f"/classes/{seen[0]['id']}", json={"name": "x"})
    assert (len(seen), refused.status_code) == (10, 403)

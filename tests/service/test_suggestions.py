"""The model's suggestions, and the audit of their pull."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.db.models import Class, Cycle, QueueItem
from app.db.session import unit_of_work
from app.demo.replay import answer_queue
from app.domain.enums import Role
from tests.service.test_labelling import take
from tests.stack import MakeProject, Person, Project, Stack, quiet

ALL = {"suggestions": True, "audit_share": 0.5}


def suggest(project: Project, name: str, confidence: float, audited: int) -> None:
    """Let the model see this class in every image of the queue; so many of them are audited."""
    with unit_of_work() as work:
        db = work.session
        class_id = db.scalars(
            select(Class.id).where(Class.project_id == UUID(project.id), Class.name == name)
        ).one()
        items = select(QueueItem).join(Cycle).where(Cycle.project_id == UUID(project.id))
        for place, item in enumerate(db.scalars(items.order_by(QueueItem.position))):
            item.suggested_class_id, item.score = class_id, confidence
            item.audited = place < audited


def asked(person: Person, project: Project, count: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = person.client.call(
        "POST", f"/projects/{project.id}/assignments", json={"limit": count}
    )["items"]
    return found


def say(person: Person, item: dict[str, Any], name: str, elapsed_ms: int = 1000) -> None:
    body = {"class": name, "elapsed_ms": elapsed_ms}
    person.client.call("PUT", f"/assignments/{item['id']}/annotation", json=body)


def report(project: Project) -> dict[str, Any]:
    found: dict[str, Any] = project.client.call("GET", f"/projects/{project.id}/suggestion-report")
    return found


def open_queue(make_project: MakeProject, **settings: object) -> Project:
    project = make_project(pool=6, plan="random", auto_next_cycle=False, **settings)
    project.start_cycle(budget=4)
    return project


def test_annotators_see_no_suggestion_unless_the_project_wants_them(
    make_project: MakeProject, owner: Person
) -> None:
    project = open_queue(make_project)
    suggest(project, "3", 0.8, audited=0)
    assert [item["suggestion"] for item in asked(owner, project, 4)] == [None] * 4


def test_a_share_of_the_images_is_asked_without_its_suggestion(
    make_project: MakeProject, owner: Person
) -> None:
    project = make_project(pool=30, plan="least-confidence", auto_next_cycle=False, **ALL)
    project.start_cycle(budget=8)
    answer_queue(project.client, project.id, project.truth, quiet)
    job = project.client.call("GET", f"/projects/{project.id}/cycles")["items"][0]["training_job_id"]
    project.client.wait_for_job(job, quiet)
    project.start_cycle(budget=8)
    assert sum(item["suggestion"] is None for item in asked(owner, project, 8)) == 4
    # Asked again, they are the same.
    assert sum(item["suggestion"] is None for item in asked(owner, project, 8)) == 4


def test_a_hidden_suggestion_is_hidden_in_all_that_an_annotator_may_read(
    stack: Stack, make_project: MakeProject
) -> None:
    project = open_queue(make_project, **ALL)
    suggest(project, "3", 0.8, audited=4)
    annotator = stack.person()
    project.add(annotator, Role.ANNOTATOR)
    items = asked(annotator, project, 4)
    assert {(item["suggestion"], item["image"]["label"]) for item in items} == {(None, None)}
    history = annotator.client.request("GET", f"/images/{items[0]['image']['id']}/history")
    told = annotator.client.request("GET", f"/projects/{project.id}/suggestion-report")
    assert (history.status_code, told.status_code) == (403, 403)


def test_the_report_compares_answers_with_and_without_the_suggestion(
    make_project: MakeProject, owner: Person
) -> None:
    project = open_queue(make_project, **ALL)
    suggest(project, "3", 0.8, audited=2)
    for item, name, ms in zip(asked(owner, project, 4), "3433", (900, 1100, 400, 500), strict=True):
        say(owner, item, name, ms)
    found = report(project)
    shown, hidden = found["shown"], found["hidden"]
    assert (shown["agreed"]["count"], shown["agreed"]["total"], shown["median_ms"]) == (2, 2, 450)
    assert (hidden["agreed"]["count"], hidden["agreed"]["total"], hidden["median_ms"]) == (1, 2, 1000)
    assert found["difference"]["difference"] == pytest.approx(0.5)
    assert [part["shown"]["agreed"]["total"] for part in found["bins"]] == [0, 0, 2, 0]


def test_answers_of_before_suggestions_were_shown_are_in_no_group(
    make_project: MakeProject, owner: Person
) -> None:
    project = open_queue(make_project)
    suggest(project, "3", 0.8, audited=2)
    for item in asked(owner, project, 2):
        say(owner, item, "3")
    project.client.call("PATCH", f"/projects/{project.id}", json={"settings": ALL})
    found = report(project)
    assert (found["shown"]["agreed"]["total"], found["hidden"]["agreed"]["total"]) == (0, 0)


def test_a_merged_class_agrees_with_what_it_became(make_project: MakeProject, owner: Person) -> None:
    project = open_queue(make_project, **ALL | {"audit_share": 0})
    suggest(project, "3", 1.0, audited=0)
    (item,) = asked(owner, project, 1)
    say(owner, item, "8")
    ids = {c["name"]: c["id"] for c in project.client.call("GET", f"/projects/{project.id}/classes")["items"]}
    project.client.call("POST", f"/classes/{ids['3']}/merge", json={"into": ids["8"]})
    assert report(project)["shown"]["agreed"]["count"] == 1


def test_the_history_of_an_image_says_whether_the_suggestion_was_seen(
    make_project: MakeProject, owner: Person
) -> None:
    project = open_queue(make_project, **ALL)
    suggest(project, "3", 0.8, audited=1)
    seen = []
    for item in asked(owner, project, 2):
        say(owner, item, "3")
        events = project.client.call("GET", f"/images/{item['image']['id']}/history")["items"]
        seen += [event["suggestion"] for event in events if event["kind"] == "answer"]
    assert seen == ["hidden", "shown"]


def test_an_image_that_was_given_back_and_taken_again_keeps_its_suggestion_hidden(
    make_project: MakeProject, owner: Person
) -> None:
    project = open_queue(make_project, **ALL)
    suggest(project, "3", 0.8, audited=1)
    (mine,) = take(owner, project, 1)
    owner.client.call("DELETE", f"/assignments/{mine['id']}")
    (again,) = asked(owner, project, 1)
    assert (again["image"]["id"], again["suggestion"]) == (mine["image"], None)

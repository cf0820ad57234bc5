"""Control images: known answers, asked unseen among the others."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.db.models import Control, ControlItem, Model
from app.db.session import unit_of_work
from app.domain.enums import Role
from tests.digits import digits
from tests.service.several import answer as answer_set
from tests.service.several import project_of
from tests.service.test_answers import give, mine
from tests.service.test_classes import merge
from tests.service.test_imports import send
from tests.service.test_labelling import code, labels, say, take
from tests.service.test_overlap import cycle_of, people, schema_id
from tests.stack import MakeProject, Person, Project, Stack

SHARE = 0.5
# Where control images come is drawn: with so many images a person gets three at least, but once in 50,000.
QUEUED = 24


def marked(project: Project, image: str) -> dict[str, Any] | None:
    found: dict[str, Any] | None = project.client.call("GET", f"/images/{image}/control")["control"]
    return found


def report(project: Project) -> dict[str, Any]:
    found: dict[str, Any] = project.client.call("GET", f"/projects/{project.id}/controls")
    return found


def images(project: Project, **query: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = project.client.call("GET", f"/projects/{project.id}/images", params=query)[
        "items"
    ]
    return items


def set_share(project: Project, share: float) -> None:
    settings = project.client.call("GET", f"/projects/{project.id}")["settings"]
    body = {"settings": settings | {"control_share": share}}
    project.client.call("PATCH", f"/projects/{project.id}", json=body)


def controlled(
    make_project: MakeProject, queued: int = QUEUED, known: int = 8, share: float = SHARE, **settings: Any
) -> Project:
    """An open queue, and held-out images that are control images."""
    project = make_project(
        pool=queued + 2, test=known, plan="random", auto_next_cycle=False, control_share=share, **settings
    )
    project.start_cycle(budget=queued)
    drawn = project.client.call("POST", f"/projects/{project.id}/controls", json={"count": known + 5})
    assert drawn["added"] == known
    return project


def known(project: Project) -> dict[str, str]:
    """The known answer by image."""
    return {image["id"]: image["label"] for image in images(project, split="test")}


def lease(person: Person, project: Project, limit: int) -> list[dict[str, Any]]:
    path = f"/projects/{project.id}/assignments"
    items: list[dict[str, Any]] = person.client.call("POST", path, json={"limit": limit})["items"]
    return items


def give_all_back(person: Person, project: Project) -> None:
    body = {"ids": [item["id"] for item in take(person, project, 50)]}
    person.client.call("POST", f"/projects/{project.id}/assignments/release", json=body)


def one_of(project: Project, person: Person) -> dict[str, str]:
    """The first control image among those that somebody gets."""
    answers = known(project)
    return next(item for item in take(person, project, 50) if item["image"] in answers)


def seen_by(person: Person, project: Project) -> tuple[Any, ...]:
    """All counts that the project tells somebody."""
    call = person.client.call
    queue, cycle = call("GET", f"/projects/{project.id}/queue"), cycle_of_person(person, project)
    counts = call("GET", f"/projects/{project.id}")["counts"]
    of_classes = [one["labels"] for one in call("GET", f"/projects/{project.id}/classes")["items"]]
    done = queue["answered"], queue["skipped"], queue["mine"]
    same = cycle["queued"], cycle["answered"], cycle["skipped"], cycle["unsettled"]
    assert same == (queue["queued"], queue["answered"], queue["skipped"], 0)
    return queue["queued"], *done, counts, of_classes


def cycle_of_person(person: Person, project: Project) -> dict[str, Any]:
    path = f"/projects/{project.id}/cycles"
    cycle: dict[str, Any] = person.client.call("GET", path)["items"][-1]
    same: dict[str, Any] = person.client.call("GET", f"/cycles/{cycle['id']}")
    assert same == cycle
    return cycle


def test_a_labelled_image_is_marked_and_keeps_its_answer_of_then(make_project: MakeProject) -> None:
    project = make_project(pool=2, test=2)
    first, second = images(project, split="test")
    bare = images(project, split="pool")[0]["id"]
    put = project.client.request("PUT", f"/images/{bare}/control")
    assert (put.status_code, code(put)) == (409, "not_labelled")
    mark = project.client.call("PUT", f"/images/{first['id']}/control")["control"]
    assert (mark["class"], marked(project, second["id"])) == (first["label"], None)
    other = next(name for name in "0123456789" if name != first["label"])
    project.client.call("PUT", f"/projects/{project.id}/labels/{first['id']}", json={"class": other})
    assert project.client.call("PUT", f"/images/{first['id']}/control")["control"] == mark
    project.client.call("DELETE", f"/images/{first['id']}/control")
    assert marked(project, first["id"]) is None
    assert project.client.call("PUT", f"/images/{first['id']}/control")["control"]["class"] == other


def test_what_the_guidelines_show_is_no_control_image(make_project: MakeProject) -> None:
    project = make_project(test=2)
    first, second = images(project)
    show = {"image_id": first["id"], "kind": "example"}
    project.client.call("POST", f"/classes/{schema_id(project, first['label'])}/examples", json=show)
    assert code(project.client.request("PUT", f"/images/{first['id']}/control")) == "shown_as_example"
    drawn = project.client.call("POST", f"/projects/{project.id}/controls", json={"count": 9})
    assert (drawn["added"], marked(project, first["id"])) == (1, None)
    path = f"/classes/{schema_id(project, second['label'])}/examples"
    refused = project.client.request("POST", path, json=show | {"image_id": second["id"]})
    assert code(refused) == "is_control"


def test_a_lease_of_a_control_image_looks_like_any_other(stack: Stack, make_project: MakeProject) -> None:
    project = controlled(make_project)
    answers = known(project)
    (person,) = people(stack, project, 1)
    items = lease(person, project, 50)
    of_control = [item for item in items if item["image"]["id"] in answers]
    assert len(items) - len(of_control) == QUEUED
    assert len(of_control) > 1
    assert items[-1] not in of_control
    told = ("split", "pool_batch", "pretext_loss", "label", "labels")
    assert {tuple(item["image"][name] for name in told) for item in items} == {
        ("pool", None, None, None, None)
    }
    assert {tuple(item) for item in items} == {tuple(items[0])}
    assert {(i["state"], i["expires_at"], i["suggestion"], i["comment"], i["cycle_id"]) for i in items} == {
        ("leased", items[0]["expires_at"], None, None, items[0]["cycle_id"])
    }
    assert all("/" not in item["image"]["filename"] for item in items)
    assert [item["id"] for item in lease(person, project, 50)] == [item["id"] for item in items]


def test_every_answer_counts_alike_to_who_gave_it(stack: Stack, make_project: MakeProject) -> None:
    project = controlled(make_project)
    (person,) = people(stack, project, 1)
    items = take(person, project, 50)
    ours = known(project)
    assert {item["image"] in ours for item in items[:12]} == {True, False}
    size, *before, counts, of_classes = seen_by(person, project)
    assert size == len(items)
    for item in items[:12]:
        say(person, item["id"], "3")
        size_now, *now, counts_now, classes_now = seen_by(person, project)
        assert now == [before[0] + 1, before[1], before[2] + 1], item["image"] in ours
        assert (size_now, counts_now, classes_now) == (size, counts, of_classes)
        give(person, project, {"assignment_id": item["id"], "skip": "dark"})
        assert seen_by(person, project)[1:4] == (before[0], before[1] + 1, before[2])
        give(person, project, {"assignment_id": item["id"], "retract": True})
        assert seen_by(person, project)[1:4] == tuple(before)
        say(person, item["id"], "4")
        before = [before[0] + 1, before[1], before[2] + 1]


def test_where_several_are_asked_every_answer_counts_alike_too(
    stack: Stack, make_project: MakeProject
) -> None:
    project = controlled(make_project, overlap=2)
    first, second = people(stack, project, 2)
    for person in (first, second):
        items = take(person, project, 50)
        before = seen_by(person, project)
        for done, item in enumerate(items[:12], start=1):
            say(person, item["id"], "3")
            now = seen_by(person, project)
            assert (now[0], now[1], now[3]) == (before[0], before[1] + done, done)


def test_annotators_find_no_control_image_elsewhere(stack: Stack, make_project: MakeProject) -> None:
    project = controlled(make_project)
    (person,) = people(stack, project, 1)
    item = one_of(project, person)
    run = project.rank(pool_batches=1)
    cycle = cycle_of(project)["id"]
    for path in (
        f"/projects/{project.id}/images",
        f"/projects/{project.id}/images/count",
        f"/images/{item['image']}",
        f"/cycles/{cycle}/predictions",
        f"/pretext-runs/{run}/scores",
        f"/pretext-runs/{run}/examples",
    ):
        refused = person.client.request("GET", path)
        assert (refused.status_code, code(refused)) == (403, "kept_from_annotators"), path
    assert person.client.request("GET", f"/images/{item['image']}/content?size=thumb").is_success
    for path in (f"/images/{item['image']}/history", f"/images/{item['image']}/control"):
        assert person.client.request("GET", path).status_code == 403


def test_answers_for_control_images_are_no_labels_and_no_votes(
    stack: Stack, make_project: MakeProject
) -> None:
    project = controlled(make_project, overlap=2)
    first, second = people(stack, project, 2)
    before = known(project)
    for person in (first, second):
        for item in take(person, project, 50):
            if item["image"] in before:
                assert say(person, item["id"], "3").is_success
                assert give(person, project, {"assignment_id": item["id"], "class": "4", "flagged": True})
    assert report(project)["right"]["total"] > 2
    assert known(project) == before
    assert labels(project) == {}
    assert project.client.call("GET", f"/projects/{project.id}/annotations")["items"] == []
    assert project.client.call("GET", f"/projects/{project.id}/agreement")["images"] == 0
    assert project.client.call("GET", f"/projects/{project.id}/review-queue")["items"] == []
    assert images(project, annotator=str(first.user.id)) == images(project, flagged=True) == []
    assert (cycle_of(project)["answered"], cycle_of(project)["queued"]) == (0, QUEUED)


def test_a_cycle_ends_with_its_own_images_and_gives_no_control_image_without_them(
    stack: Stack, make_project: MakeProject
) -> None:
    project = controlled(make_project)
    first, second = people(stack, project, 2)
    ours = known(project)
    held = take(first, project, 50)
    assert take(second, project, 50) == []
    of_queue = [item for item in held if item["image"] not in ours]
    for item in of_queue:
        say(first, item["id"], "3")
    assert cycle_of(project)["state"] != "labelling"
    assert sorted(labels(project)) == sorted(item["image"] for item in of_queue)


def test_each_control_image_comes_once_and_what_was_given_back_comes_again(
    stack: Stack, make_project: MakeProject
) -> None:
    project = controlled(make_project, known=3)
    (person,) = people(stack, project, 1)
    ours = known(project)
    items = take(person, project, 50)
    assert sorted(item["image"] for item in items if item["image"] in ours) == sorted(ours)
    give_all_back(person, project)
    for count, item in enumerate(items, start=1):
        assert take(person, project, count)[-1] == item
    for item in items[:-1]:
        say(person, item["id"], "3")
    assert take(person, project, 50) == items[-1:]


def test_a_person_is_not_asked_for_what_they_labelled(stack: Stack, make_project: MakeProject) -> None:
    project = make_project(pool=QUEUED + 8, plan="random", auto_next_cycle=False)
    first, second = people(stack, project, 2)
    project.start_cycle(budget=4)
    labelled = {item["image"] for item in take(first, project, 4) if say(first, item["id"], "3")}
    project.client.wait_for_job(cycle_of(project)["training_job_id"], lambda *_: None)
    project.client.call("POST", f"/projects/{project.id}/controls", json={"count": 4})
    set_share(project, SHARE)
    project.start_cycle(budget=QUEUED)
    held = take(first, project, 50)
    assert labelled.isdisjoint(item["image"] for item in held)
    for item in held:
        first.client.call("DELETE", f"/assignments/{item['id']}")
    assert labelled.intersection(item["image"] for item in take(second, project, 50))


def test_accuracy_is_told_by_person_and_class(stack: Stack, make_project: MakeProject) -> None:
    project = controlled(make_project, known=6)
    answers = known(project)
    careful, careless = people(stack, project, 2)
    held = [item for item in take(careful, project, 50) if item["image"] in answers]
    for item in held:
        say(careful, item["id"], answers[item["image"]])
    give_all_back(careful, project)
    theirs = [item for item in take(careless, project, 50) if item["image"] in answers]
    wrong, skipped, back = theirs[:3]
    truth = answers[wrong["image"]]
    false = next(name for name in "0123456789" if name != truth)
    say(careless, wrong["id"], truth)
    say(careless, wrong["id"], false)  # the last word counts
    careless.client.call("DELETE", f"/assignments/{skipped['id']}", json={"reason": "dark"})
    say(careless, back["id"], false)
    give(careless, project, {"assignment_id": back["id"], "retract": True})

    found = report(project)
    by_person = {row["user_id"]: row for row in found["annotators"]}
    right = by_person[str(careful.user.id)]["right"]
    assert (right["count"], right["total"], right["share"], right["high"]) == (len(held), len(held), 1.0, 1.0)
    assert 0.2 < right["low"] < 0.8
    row = by_person[str(careless.user.id)]
    assert (row["right"]["count"], row["right"]["total"], row["skipped"]) == (0, 1, 1)
    (told,) = row["wrong"]
    assert (told["image"]["id"], told["class"], told["known_class"]) == (wrong["image"], false, truth)
    of_class = {one["class"]: one["right"] for one in found["classes"]}
    assert of_class[truth]["count"] < of_class[truth]["total"]
    assert (found["images"], found["share"], found["right"]["total"]) == (6, SHARE, len(held) + 1)

    events = project.client.call("GET", f"/images/{wrong['image']}/history")["items"]
    assert [
        (e["kind"], e["class"], e["control"]) for e in events if e["user_id"] == str(careless.user.id)
    ] == [
        ("answer", truth, True),
        ("answer", false, True),
    ]
    merge(project, false, truth)  # now both are one
    assert report(project)["right"]["count"] == len(held) + 1
    project.client.call("DELETE", f"/images/{wrong['image']}/control")
    assert {r["user_id"]: r["right"]["total"] for r in report(project)["annotators"]}[
        str(careless.user.id)
    ] == 0


def test_suggestions_come_with_control_images_as_with_the_others(
    stack: Stack, make_project: MakeProject
) -> None:
    project = make_project(
        pool=QUEUED + 12, test=6, plan="random", auto_next_cycle=False, suggestions=True, audit_share=0
    )
    first, second = people(stack, project, 2)
    project.start_cycle(budget=4)
    for item in take(first, project, 4):
        say(first, item["id"], "3")
    project.client.wait_for_job(cycle_of(project)["training_job_id"], lambda *_: None)
    project.client.call("POST", f"/projects/{project.id}/controls", json={"count": 10})
    set_share(project, SHARE)
    project.start_cycle(budget=QUEUED)
    items = lease(second, project, 50)
    told = [item["suggestion"] for item in items]
    assert len(items) > QUEUED
    assert all(told)
    with unit_of_work() as work:
        query = select(ControlItem).where(ControlItem.user_id == second.user.id)
        rows = work.session.scalars(query).all()
        model = work.session.scalars(select(Model).where(Model.project_id == UUID(project.id))).one()
        confusion = dict(zip(model.class_ids, model.metrics["confusion"], strict=True))
        marks = {row.id: row for row in work.session.scalars(select(Control))}
        for row in rows:
            # As the model mistakes classes, where it was measured on any of this one.
            counts = confusion[str(marks[row.control_id].class_id)]
            assert not any(counts) or counts[model.class_ids.index(str(row.suggested_class_id))] > 0
    assert len({one["confidence"] for one in told}) == len(told)
    assert [item["suggestion"] for item in lease(second, project, 50)] == told


def test_sets_of_classes_are_known_answers(stack: Stack, owner: Person) -> None:
    project = project_of(owner, pool=QUEUED + 2, control_share=SHARE)
    held_out = [(f"night/{place}.png", data) for place, (data, _) in enumerate(digits()[-6:])]
    send(project, held_out, labels="test")
    project.start_cycle(budget=QUEUED)
    project.client.call("POST", f"/projects/{project.id}/controls", json={"count": 6})
    (person,) = people(stack, project, 1)
    ours = {image["id"] for image in images(project, split="test")}
    first, *others = [item for item in take(person, project, 50) if item["image"] in ours]
    assert answer_set(person, first["id"], "night").is_success
    for item in others:
        assert answer_set(person, item["id"], "night", "cat").is_success
    found = report(project)
    assert (found["right"]["count"], found["right"]["total"]) == (1, 1 + len(others))
    assert all(one["known_classes"] == ["night"] for row in found["annotators"] for one in row["wrong"])
    assert mine(project, person)[2] == 1 + len(others)


@pytest.mark.parametrize("share", [-0.1, 0.6])
def test_a_share_beyond_half_is_refused(make_project: MakeProject, share: float) -> None:
    project = make_project()
    settings = project.client.call("GET", f"/projects/{project.id}")["settings"]
    body = {"settings": settings | {"control_share": share}}
    refused = project.client.request("PATCH", f"/projects/{project.id}", json=body)
    assert (refused.status_code, code(refused)) == (422, "invalid")


def test_members_of_another_project_mark_nothing(stack: Stack, make_project: MakeProject) -> None:
    project = make_project(test=1)
    reviewer = stack.person()
    project.add(reviewer, Role.REVIEWER)
    (image,) = images(project)
    assert stack.person().client.request("PUT", f"/images/{image['id']}/control").status_code == 404
    assert reviewer.client.request("PUT", f"/images/{image['id']}/control").is_success

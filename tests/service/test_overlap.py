"""Several annotators an image."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from app.db.base import new_id
from app.db.models import Assignment, Class, QueueItem
from app.db.session import unit_of_work
from app.domain.enums import QueueItemState, Role
from tests.service.test_classes import merge, unmerge
from tests.service.test_jobs import wait_until
from tests.service.test_labelling import expire, labels, say, take
from tests.stack import MakeProject, Person, Project, Stack


def overlapping(make_project: MakeProject, images: int, overlap: int, **settings: object) -> Project:
    """A project whose first cycle asks several people for each of its images."""
    project = make_project(pool=images + 2, plan="random", overlap=overlap, auto_next_cycle=False, **settings)
    project.start_cycle(budget=images)
    return project


def people(stack: Stack, project: Project, count: int) -> list[Person]:
    found = [stack.person() for _ in range(count)]
    for person in found:
        project.add(person, Role.ANNOTATOR)
    return found


def schema_id(project: Project, name: str) -> str:
    """The id of a class, also of one that was merged."""
    with unit_of_work() as work:
        where = (Class.project_id == UUID(project.id), Class.name == name)
        return str(work.session.scalars(select(Class.id).where(*where)).one())


def queue_of(project: Project, person: Person) -> dict[str, Any]:
    found: dict[str, Any] = person.client.call("GET", f"/projects/{project.id}/queue")
    return found


def cycle_of(project: Project) -> dict[str, Any]:
    found: dict[str, Any] = project.client.call("GET", f"/projects/{project.id}/cycles")["items"][0]
    return found


def everybody_says(project: Project, who: list[Person], names: str) -> str:
    """One after the other answers for the same image; its id."""
    image = ""
    for person, name in zip(who, names, strict=False):
        (mine,) = take(person, project, 1)
        assert image in ("", mine["image"])
        image = mine["image"]
        if name == "s":
            person.client.call("DELETE", f"/assignments/{mine['id']}", json={"reason": "dark"})
        else:
            say(person, mine["id"], name)
    return image


def test_many_at_once_answer_every_image_as_often_as_it_has_slots(
    stack: Stack, make_project: MakeProject
) -> None:
    project = overlapping(make_project, images=10, overlap=3)
    who = people(stack, project, 5)

    def work(number: int) -> list[tuple[str, int]]:
        person, random = who[number % 5], Random(number)
        told: list[tuple[str, int]] = []
        while True:
            held = take(person, project, random.randint(1, 3))
            if not held and (number >= 5 or queue_of(project, person)["cycle_id"] is None):
                return told
            for item in held:
                what = random.random()
                if what < 0.2:  # refused where the other page has given the cycle's last answer
                    person.client.request("DELETE", f"/assignments/{item['id']}")
                    continue
                if what < 0.3:
                    expire(item["id"])
                if say(person, item["id"], "1").is_success:
                    told.append((item["image"], number % 5))

    with ThreadPoolExecutor(10) as pool:  # each person from two pages
        told = [pair for pairs in pool.map(work, range(10)) for pair in pairs]
    with unit_of_work() as session:
        rows = session.session.execute(
            select(QueueItem.image_id, QueueItem.done_by, QueueItem.holders, QueueItem.slots).where(
                QueueItem.cycle_id == UUID(cycle_of(project)["id"])
            )
        ).all()
    assert len(rows) == 10
    for _, done_by, holders, slots in rows:
        assert len(set(done_by)) == len(done_by) == slots == 3
        assert holders == []
    by_image = Counter(image for image, _ in set(told))
    assert all(count >= 3 for count in by_image.values())
    assert len(by_image) == 10
    assert len(labels(project)) == 10


def test_no_more_people_hold_an_image_than_it_has_slots(stack: Stack, make_project: MakeProject) -> None:
    project = overlapping(make_project, images=4, overlap=2)
    who = people(stack, project, 4)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda n: (n % 4, take(who[n % 4], project, 4)), range(16)))
    # At once, an image whose row another lease has locked is passed over: who asks again gets it.
    taken += [(n, take(who[n], project, 4)) for n in range(4)]
    held = {(item["image"], person) for person, items in taken for item in items}
    assert Counter(image for image, _ in held) == dict.fromkeys({image for image, _ in held}, 2)
    assert len(held) == 8


def test_the_database_refuses_a_second_slot_for_one_person(stack: Stack, make_project: MakeProject) -> None:
    project = overlapping(make_project, images=1, overlap=2)
    (person,) = people(stack, project, 1)
    (mine,) = take(person, project, 1)
    with unit_of_work() as work:
        held = work.session.get_one(Assignment, UUID(mine["id"]))
        again = {"queue_item_id": held.queue_item_id, "user_id": held.user_id, "expires_at": held.expires_at}
        for statement, constraint in (
            (insert(Assignment).values(id=new_id(), **again), "uq_assignments_queue_item_id_user_id"),
            (
                update(QueueItem)
                .where(QueueItem.id == held.queue_item_id)
                .values(holders=[new_id() for _ in range(3)]),
                "ck_queue_items_slots",
            ),
        ):
            with pytest.raises(IntegrityError, match=constraint), work.session.begin_nested():
                work.session.execute(statement)


def test_who_is_done_waits_for_others_and_a_closure_ends_it(stack: Stack, make_project: MakeProject) -> None:
    project = overlapping(make_project, images=2, overlap=3)
    (person,) = people(stack, project, 1)
    for item in take(person, project, 5):
        say(person, item["id"], "1")
    assert take(person, project, 5) == []
    told = queue_of(project, person)
    assert (told["queued"], told["answered"], told["mine"], told["waiting_for_others"]) == (2, 0, 2, 2)
    project.client.call("POST", f"/cycles/{told['cycle_id']}/closure")
    assert cycle_of(project)["state"] != "labelling"
    assert len(labels(project)) == 2


def test_a_share_of_the_images_goes_to_several(stack: Stack, make_project: MakeProject) -> None:
    project = overlapping(make_project, images=8, overlap=2, overlap_share=0.25)
    with unit_of_work() as work:
        slots = work.session.scalars(
            select(QueueItem.slots).where(QueueItem.cycle_id == UUID(cycle_of(project)["id"]))
        ).all()
    assert sorted(slots) == [1, 1, 1, 1, 1, 1, 2, 2]


@pytest.mark.parametrize(
    ("said", "label", "unsettled"),
    [("334", "3", 0), ("344", "4", 0), ("345", None, 1), ("3s4", None, 1), ("3s", "3", 0), ("sss", None, 0)],
)
def test_the_majority_is_the_label_and_a_tie_none(
    stack: Stack, make_project: MakeProject, said: str, label: str | None, unsettled: int
) -> None:
    project = overlapping(make_project, images=1, overlap=3)
    image = everybody_says(project, people(stack, project, 3), said)
    assert labels(project).get(image) == label
    assert cycle_of(project)["unsettled"] == unsettled


def test_an_answer_taken_back_no_longer_counts(stack: Stack, make_project: MakeProject) -> None:
    project = overlapping(make_project, images=1, overlap=3)
    who = people(stack, project, 2)
    image = everybody_says(project, who, "34")
    assert labels(project) == {}
    (mine,) = [a for a in answers_of(project) if a["class"] == "4"]
    body = {
        "user_id": str(who[1].user.id),
        "items": [{"assignment_id": mine["assignment_id"], "retract": True}],
    }
    who[1].client.call("POST", f"/projects/{project.id}/answers", json=body)
    assert labels(project) == {image: "3"}
    assert cycle_of(project)["unsettled"] == 0


def answers_of(project: Project) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = project.client.call("GET", f"/projects/{project.id}/annotations")["items"]
    return items


def test_a_late_answer_takes_a_slot_that_is_still_open(stack: Stack, make_project: MakeProject) -> None:
    project = overlapping(make_project, images=2, overlap=2)
    who = people(stack, project, 3)
    (late,) = take(who[0], project, 1)
    (other,) = take(who[1], project, 1)
    expire(late["id"])
    (third,) = take(who[2], project, 1)
    assert late["image"] == other["image"] == third["image"]
    say(who[0], late["id"], "3")
    say(who[1], other["id"], "3")
    assert say(who[2], third["id"], "4").is_success  # kept, and one too many
    assert labels(project) == {late["image"]: "3"}
    assert queue_of(project, who[0])["answered"] == 1


def test_unsettled_images_are_not_queried_again(stack: Stack, make_project: MakeProject) -> None:
    project = overlapping(make_project, images=2, overlap=2)
    who = people(stack, project, 2)
    torn = everybody_says(project, who, "34")
    everybody_says(project, who, "55")
    project.client.wait_for_job(cycle_of(project)["training_job_id"], lambda *_: None)
    job = project.client.call("GET", f"/jobs/{cycle_of(project)['training_job_id']}")
    assert (job["result"]["labels"], job["result"]["unsettled"]) == (1, 1)
    project.start_cycle(budget=10)
    asked = [item["image"] for item in take(who[0], project, 10)]
    assert len(asked) == 2
    assert torn not in asked


def test_where_a_reviewer_decides_nothing_is_a_label_before(stack: Stack, make_project: MakeProject) -> None:
    project = overlapping(make_project, images=1, overlap=1, label_rule="reviewer")
    image = everybody_says(project, people(stack, project, 1), "3")
    assert labels(project) == {}
    assert (cycle_of(project)["state"], cycle_of(project)["unsettled"]) == ("labelling", 1)
    said = project.client.call("PUT", f"/projects/{project.id}/labels/{image}", json={"class": "3"})
    assert (said["previous"], said["previous_source"]) == (None, None)
    assert cycle_of(project)["state"] != "labelling"
    assert cycle_of(project)["unsettled"] == 0


def test_the_sweep_closes_what_is_answered_and_leaves_what_waits_for_a_reviewer(
    stack: Stack, make_project: MakeProject
) -> None:
    waits = overlapping(make_project, images=1, overlap=1, label_rule="reviewer")
    everybody_says(waits, people(stack, waits, 1), "3")
    answered = overlapping(make_project, images=2, overlap=1)
    everybody_says(answered, people(stack, answered, 1), "3")
    cycle = UUID(cycle_of(answered)["id"])
    with unit_of_work() as work:  # as if the process had died before it closed the cycle
        rows = update(QueueItem).where(QueueItem.cycle_id == cycle)
        work.session.execute(rows.values(state=QueueItemState.ANSWERED))
    wait_until(lambda: cycle_of(answered)["state"] != "labelling")
    assert cycle_of(waits)["state"] == "labelling"


def test_a_merge_settles_a_tie_and_undone_unsettles_it_again(stack: Stack, make_project: MakeProject) -> None:
    project = overlapping(make_project, images=2, overlap=2)
    tied = everybody_says(project, people(stack, project, 2), "38")
    merge(project, "3", "8")
    assert labels(project) == {tied: "8"}
    unmerge(project, schema_id(project, "3"))
    assert (labels(project), cycle_of(project)["unsettled"]) == ({}, 1)


def test_merged_classes_count_together_and_undone_apart(stack: Stack, make_project: MakeProject) -> None:
    project = overlapping(make_project, images=2, overlap=3)
    who = people(stack, project, 3)
    source = schema_id(project, "3")
    merge(project, "3", "8")
    image = everybody_says(project, who, "338")
    assert labels(project) == {image: "8"}
    unmerge(project, source)
    assert labels(project) == {image: "3"}


def test_agreement_counts_merged_classes_as_one(stack: Stack, make_project: MakeProject) -> None:
    project = overlapping(make_project, images=2, overlap=2)
    everybody_says(project, people(stack, project, 2), "38")
    merge(project, "3", "8")
    found = project.client.call("GET", f"/projects/{project.id}/agreement")
    assert (found["images"], found["unanimous"]) == (1, 1)

"""Many answers at once: classes, skips and what is taken back."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.domain.enums import Role
from tests.service.test_labelling import annotators, code, expire, labels, queue, say, take
from tests.stack import MakeProject, Person, Project

__all__ = ["annotators", "queue"]

BACK = {"retract": True}


def give(person: Person, project: Project, *items: dict[str, Any], user: UUID | None = None) -> Any:
    body = {"user_id": str(user or person.user.id), "items": list(items)}
    return person.client.request("POST", f"/projects/{project.id}/answers", json=body)


def errors(answer: Any) -> list[str | None]:
    return [item["error"] and item["error"]["code"] for item in answer.json()["items"]]


def mine(project: Project, person: Person) -> tuple[int, int, int]:
    told = person.client.call("GET", f"/projects/{project.id}/queue")
    return told["answered"], told["skipped"], told["mine"]


def revisions(project: Project) -> list[dict[str, Any]]:
    return list(project.client.call("GET", f"/projects/{project.id}/annotations")["items"])


def test_answers_are_kept_in_the_order_they_come(queue: Project, annotators: list[Person]) -> None:
    one, two = take(annotators[0], queue, 2)
    first, second = one["id"], two["id"]
    answer = give(
        annotators[0],
        queue,
        {"assignment_id": first, "class": "1"},
        {"assignment_id": second, "class": "2"},
        {"assignment_id": first, "class": "3"},
    )
    assert errors(answer) == [None, None, None]
    assert [(r["assignment_id"], r["class"], r["revision"]) for r in revisions(queue)] == [
        (first, "1", 1),
        (second, "2", 1),
        (first, "3", 2),
    ]


def test_one_refused_answer_does_not_keep_the_others_from_counting(
    queue: Project, annotators: list[Person]
) -> None:
    one, two = take(annotators[0], queue, 2)
    answer = give(
        annotators[0],
        queue,
        {"assignment_id": one["id"], "class": "eleven"},
        {"assignment_id": str(uuid4()), "class": "1"},
        {"assignment_id": two["id"], "class": "2"},
    )
    assert errors(answer) == ["unknown_class", "not_found", None]
    assert labels(queue) == {two["image"]: "2"}


def test_the_same_answers_again_change_nothing(queue: Project, annotators: list[Person]) -> None:
    (one,) = take(annotators[0], queue, 1)
    item = {"assignment_id": one["id"], "class": "1", "note": "blurred", "flagged": True}
    assert errors(give(annotators[0], queue, item)) == errors(give(annotators[0], queue, item)) == [None]
    assert [(r["class"], r["note"], r["flagged"]) for r in revisions(queue)] == [("1", "blurred", True)]


def test_a_flag_added_later_is_a_revision(queue: Project, annotators: list[Person]) -> None:
    (one,) = take(annotators[0], queue, 1)
    say(annotators[0], one["id"], "1")
    give(annotators[0], queue, {"assignment_id": one["id"], "class": "1", "flagged": True})
    assert [(r["revision"], r["flagged"]) for r in revisions(queue)] == [(1, False), (2, True)]


def test_somebody_elses_answers_are_refused_as_a_whole(queue: Project, annotators: list[Person]) -> None:
    (one,) = take(annotators[0], queue, 1)
    item = {"assignment_id": one["id"], "class": "1"}
    answer = give(annotators[1], queue, item, user=annotators[0].user.id)
    assert (answer.status_code, code(answer)) == (403, "not_your_answers")
    assert labels(queue) == {}


def test_an_assignment_of_another_project_is_not_found(
    queue: Project, annotators: list[Person], make_project: MakeProject
) -> None:
    other = make_project()
    other.add(annotators[0], Role.ANNOTATOR)
    (one,) = take(annotators[0], queue, 1)
    assert errors(give(annotators[0], other, {"assignment_id": one["id"], "class": "1"})) == ["not_found"]
    assert labels(queue) == {}


def test_an_answer_taken_back_leaves_no_label_but_stays_on_record(
    queue: Project, annotators: list[Person]
) -> None:
    (one,) = take(annotators[0], queue, 1)
    say(annotators[0], one["id"], "1")
    assert errors(give(annotators[0], queue, {"assignment_id": one["id"], "retract": True})) == [None]
    assert (labels(queue), mine(queue, annotators[0])) == ({}, (0, 0, 0))
    assert [(r["class"], r["retracted_at"] is None) for r in revisions(queue)] == [("1", False)]
    assert take(annotators[0], queue, 1) == [one]


def test_an_answer_taken_back_can_be_given_again(queue: Project, annotators: list[Person]) -> None:
    (one,) = take(annotators[0], queue, 1)
    item = {"assignment_id": one["id"], "class": "1"}
    give(annotators[0], queue, item, {"assignment_id": one["id"], "retract": True}, item)
    assert labels(queue) == {one["image"]: "1"}
    assert [r["retracted_at"] is None for r in revisions(queue)] == [False, True]


def test_a_skip_taken_back_queues_the_image_again(queue: Project, annotators: list[Person]) -> None:
    (one,) = take(annotators[0], queue, 1)
    give(annotators[0], queue, {"assignment_id": one["id"], "skip": "dark"})
    assert mine(queue, annotators[0]) == (0, 1, 0)
    give(annotators[0], queue, {"assignment_id": one["id"], "retract": True})
    assert mine(queue, annotators[0]) == (0, 0, 0)
    assert take(annotators[0], queue, 1) == [one]


def test_an_answered_image_can_still_be_skipped(queue: Project, annotators: list[Person]) -> None:
    (one,) = take(annotators[0], queue, 1)
    item = {"assignment_id": one["id"]}
    give(annotators[0], queue, item | {"class": "1"}, item | {"skip": "no digit"})
    assert (labels(queue), mine(queue, annotators[0])) == ({}, (0, 1, 0))


def test_taking_back_a_late_answer_leaves_the_one_that_counts(
    queue: Project, annotators: list[Person]
) -> None:
    (late,) = take(annotators[0], queue, 1)
    expire(late["id"])
    (counts,) = take(annotators[1], queue, 1)
    say(annotators[1], counts["id"], "7")
    say(annotators[0], late["id"], "4")
    give(annotators[0], queue, {"assignment_id": late["id"], "retract": True})
    assert labels(queue) == {counts["image"]: "7"}


def test_leasing_and_answering_at_once_never_block_each_other(
    queue: Project, annotators: list[Person]
) -> None:
    person, held = annotators[0], take(annotators[0], queue, 8)

    def change(_: int) -> list[str | None]:
        said = [{"assignment_id": one["id"], **what} for one in held for what in ({"class": "1"}, BACK)]
        return errors(give(person, queue, *said))

    with ThreadPoolExecutor(4) as pool:
        leased = [pool.submit(take, person, queue, 8) for _ in range(40)]
        changed = list(pool.map(change, range(6)))
        assert all(len(one.result()) > 0 for one in leased)
    assert changed == [[None] * 16] * 6


@pytest.mark.parametrize("part", [{}, {"class": "1", "skip": "dark"}, {"retract": False}, {"skip": ""}])
def test_an_answer_says_exactly_one_thing(
    queue: Project, annotators: list[Person], part: dict[str, object]
) -> None:
    answer = give(annotators[0], queue, {"assignment_id": str(uuid4())} | part)
    assert (answer.status_code, code(answer)) == (422, "invalid")

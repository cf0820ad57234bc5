"""Leases held longer, and given back together."""

from tests.service.test_labelling import annotators, expire, queue, say, take
from tests.stack import Person, Project

__all__ = ["annotators", "queue"]


def renew(person: Person, project: Project, *ids: str) -> list[str]:
    body = {"ids": list(ids)}
    found = person.client.call("POST", f"/projects/{project.id}/assignments/renewal", json=body)["items"]
    return [item["id"] for item in found]


def release(person: Person, project: Project, *ids: str) -> None:
    body = {"ids": list(ids)}
    person.client.call("POST", f"/projects/{project.id}/assignments/release", json=body)


def test_a_renewed_lease_does_not_end(queue: Project, annotators: list[Person]) -> None:
    held = take(annotators[0], queue, 8)
    expire(held[0]["id"])
    assert renew(annotators[0], queue, *[item["id"] for item in held]) == [item["id"] for item in held]
    assert take(annotators[1], queue, 8) == []


def test_what_went_to_somebody_else_is_not_renewed(queue: Project, annotators: list[Person]) -> None:
    lost, kept = take(annotators[0], queue, 2)
    expire(lost["id"])
    take(annotators[1], queue, 1)
    assert renew(annotators[0], queue, lost["id"], kept["id"]) == [kept["id"]]


def test_nobody_renews_or_releases_what_others_hold(queue: Project, annotators: list[Person]) -> None:
    held = [item["id"] for item in take(annotators[0], queue, 8)]
    assert renew(annotators[1], queue, *held) == []
    release(annotators[1], queue, *held)
    assert take(annotators[1], queue, 8) == []


def test_released_images_go_to_the_next(queue: Project, annotators: list[Person]) -> None:
    held = take(annotators[0], queue, 8)
    release(annotators[0], queue, *[item["id"] for item in held])
    assert [i["image"] for i in take(annotators[1], queue, 8)] == [i["image"] for i in held]


def test_what_was_answered_is_not_released(queue: Project, annotators: list[Person]) -> None:
    answered, other = take(annotators[0], queue, 2)
    say(annotators[0], answered["id"], "1")
    release(annotators[0], queue, answered["id"], other["id"])
    assert answered["image"] not in [item["image"] for item in take(annotators[1], queue, 8)]

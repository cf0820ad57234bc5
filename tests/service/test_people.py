"""How people are getting on: sessions, the leaderboard, throughput."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.domain.enums import Role
from tests.service.test_labelling import code, say, take
from tests.service.test_overlap import everybody_says, overlapping, people
from tests.stack import MakeProject, Person, Project, Stack


def session(person: Person, project: Project, **query: str) -> dict[str, Any]:
    found: dict[str, Any] = person.client.request(
        "GET", f"/projects/{project.id}/session", params=query
    ).json()
    return found


def later(**ahead: float) -> str:
    return (datetime.now(UTC) + timedelta(**ahead)).isoformat()


def close(project: Project) -> None:
    cycle = project.client.call("GET", f"/projects/{project.id}/cycles")["items"][0]["id"]
    project.client.call("POST", f"/cycles/{cycle}/closure")


def settings(project: Project) -> dict[str, Any]:
    found: dict[str, Any] = project.client.call("GET", f"/projects/{project.id}")["settings"]
    return found


def test_a_session_counts_answers_of_today_that_stand(stack: Stack, make_project: MakeProject) -> None:
    project = overlapping(make_project, images=5, overlap=1)
    person, other = people(stack, project, 2)
    held = take(person, project, 4)
    for item, ms in zip(held, (1000, 9000, 3000, 4000), strict=True):
        body = {"class": "3", "elapsed_ms": ms}
        person.client.call("PUT", f"/assignments/{item['id']}/annotation", json=body)
    assert (session(person, project)["answers"], session(person, project)["seconds"]) == (4, 3.5)
    say(person, held[0]["id"], "4")  # changed, it is still one
    undone = [{"assignment_id": held[3]["id"], "retract": True}]
    body = {"user_id": str(person.user.id), "items": undone}
    person.client.call("POST", f"/projects/{project.id}/answers", json=body)
    assert session(person, project)["answers"] == 3
    assert session(person, project, since=later(hours=1))["answers"] == 0
    assert session(other, project) == {"answers": 0, "seconds": None, "streak": 0}


@pytest.mark.parametrize(
    "since",
    [later(days=-3), later(days=3), "2026-01-01T00:00:00", "today"],
    ids=["too long ago", "to come", "without a zone", "no time"],
)
def test_a_day_that_did_not_begin_lately_is_refused(
    stack: Stack, make_project: MakeProject, since: str
) -> None:
    project = make_project()
    answer = project.client.request("GET", f"/projects/{project.id}/session", params={"since": since})
    assert (answer.status_code, code(answer)) == (422, "invalid")


def test_a_streak_is_of_closed_cycles_and_of_images_that_can_be_compared(
    stack: Stack, make_project: MakeProject
) -> None:
    project = overlapping(make_project, images=7, overlap=3)
    who = people(stack, project, 3)
    for names in ("334", "433", "555", "3s3", "33s"):
        everybody_says(project, who, names)
    assert session(who[0], project)["streak"] == 0  # nobody learns of others by changing an answer
    alone = everybody_says(project, who, "8ss")
    reviewed = everybody_says(project, who[:1], "9")
    project.client.call("PUT", f"/projects/{project.id}/labels/{reviewed}", json={"class": "9"})
    close(project)
    assert alone != reviewed
    # For the first: the reviewed one and three with others, up to the one that two others saw otherwise.
    assert [session(person, project)["streak"] for person in who] == [4, 4, 3]


def test_the_leaderboard_is_off_until_an_owner_turns_it_on(stack: Stack, make_project: MakeProject) -> None:
    project = overlapping(make_project, images=3, overlap=1)
    first, second = people(stack, project, 2)
    engineer = stack.person()
    project.add(engineer, Role.ENGINEER)
    path, on = f"/projects/{project.id}", {"settings": settings(project) | {"leaderboard": True}}
    off = first.client.request("GET", f"{path}/leaderboard")
    assert (off.status_code, code(off)) == (403, "leaderboard_off")
    refused = engineer.client.request("PATCH", path, json=on)
    assert (refused.status_code, code(refused)) == (403, "leaderboard_needs_owner")
    project.client.call("PATCH", path, json=on)
    engineer.client.call("PATCH", path, json={"settings": on["settings"] | {"budget": 7}})
    everybody_says(project, [first], "3")
    for item in take(second, project, 2):
        say(second, item["id"], "3")
    board = first.client.call("GET", f"{path}/leaderboard")["items"]
    assert [(row["user_id"], row["today"], row["answers"]) for row in board] == [
        (str(second.user.id), 2, 2), (str(first.user.id), 1, 1),
    ]  # fmt: skip


def test_throughput_tells_pace_days_and_agreement_with_the_labels(
    stack: Stack, make_project: MakeProject
) -> None:
    project = overlapping(make_project, images=4, overlap=3)
    who = people(stack, project, 4)
    for names in ("333", "448", "554"):
        everybody_says(project, who, names)
    found = project.client.call("GET", f"/projects/{project.id}/throughput")["items"]
    by_person = {row["user_id"]: row for row in found}
    rows = [by_person[str(person.user.id)] for person in who]
    assert [(r["week"], r["answers"], r["compared"]) for r in rows] == [(3, 3, 3)] * 3 + [(0, 0, 0)]
    assert [r["days"] for r in rows[:1] + rows[3:]] == [[0] * 13 + [3], [0] * 14]
    assert [r["agreement"] for r in rows] == [1, 1, pytest.approx(1 / 3), None]
    assert (rows[0]["kappa"], rows[3]["kappa"]) == (1, None)
    assert rows[0]["seconds"] is None

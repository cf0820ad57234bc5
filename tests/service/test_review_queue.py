"""What reviewers look at, send back and look up."""

from typing import Any

import pytest

from app.domain.enums import Role
from tests.service.test_label_checks import images
from tests.service.test_labelling import code, labels, say, take
from tests.service.test_overlap import cycle_of, everybody_says, overlapping, people, queue_of
from tests.stack import MakeProject, Person, Project, Stack


def to_review(project: Project, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = project.client.call("GET", f"/projects/{project.id}/review-queue{query}")[
        "items"
    ]
    return found


def send_back(project: Project, image: str, comment: str = "look at the tail", **body: str) -> Any:
    path = f"/projects/{project.id}/images/{image}/return"
    return project.client.request("POST", path, json={"comment": comment} | body)


def test_the_hardest_comes_first_with_reasons_and_all_that_was_said(
    stack: Stack, make_project: MakeProject
) -> None:
    project = overlapping(make_project, images=6, overlap=3)
    who = people(stack, project, 3)
    split = everybody_says(project, who, "334")
    torn = everybody_says(project, who, "345")
    skipped = everybody_says(project, who, "33s")
    agreed = everybody_says(project, who, "333")
    pending = everybody_says(project, who[:2], "34")
    assert [(item["image"]["id"], item["reasons"]) for item in to_review(project)] == [
        (torn, ["unsettled", "disagreement"]), (split, ["disagreement"]), (skipped, ["skipped"]),
    ]  # fmt: skip
    first, second, third = to_review(project)
    assert [(a["class"], a["name"], a["counts"]) for a in first["answers"]] == [
        (name, "Someone", True) for name in "345"
    ]
    assert (first["image"]["label"], second["image"]["label"]) == (None, "3")
    assert [(a["class"], a["skipped"]) for a in third["answers"]] == [
        ("3", None),
        ("3", None),
        (None, "dark"),
    ]
    page = project.client.call("GET", f"/projects/{project.id}/review-queue?limit=2")
    rest = to_review(project, f"?cursor={page['next_cursor']}")
    assert [i["image"]["id"] for i in page["items"] + rest] == [torn, split, skipped]
    assert {agreed, pending}.isdisjoint(i["image"]["id"] for i in page["items"] + rest)


def test_what_is_settled_leaves_the_queue(stack: Stack, make_project: MakeProject) -> None:
    project = overlapping(make_project, images=3, overlap=2)
    who = people(stack, project, 2)
    torn, skipped = everybody_says(project, who, "34"), everybody_says(project, who, "ss")
    for image in (torn, skipped):
        project.client.call("PUT", f"/projects/{project.id}/labels/{image}", json={"class": "4"})
    assert to_review(project) == []
    found = project.client.call("GET", f"/projects/{project.id}/labels")["items"]
    assert {(row["image_id"], row["class"], row["source"]) for row in found} == {
        (torn, "4", "review"), (skipped, "4", "review"),
    }  # fmt: skip


def test_a_flagged_answer_is_reviewed(stack: Stack, make_project: MakeProject) -> None:
    project = overlapping(make_project, images=2, overlap=1)
    (person,) = people(stack, project, 1)
    (mine,) = take(person, project, 1)
    body = {"class": "3", "flagged": True, "note": "upside down", "elapsed_ms": 900}
    person.client.call("PUT", f"/assignments/{mine['id']}/annotation", json=body)
    (item,) = to_review(project)
    assert item["reasons"] == ["flagged"]
    assert [(a["note"], a["flagged"], a["elapsed_ms"]) for a in item["answers"]] == [
        ("upside down", True, 900)
    ]
    say(person, mine["id"], "3")
    assert to_review(project) == []


def test_a_returned_image_comes_to_its_annotator_alone_with_the_comment(
    stack: Stack, make_project: MakeProject
) -> None:
    project = overlapping(make_project, images=2, overlap=2)
    who = people(stack, project, 3)
    torn = everybody_says(project, who, "34")
    sent = send_back(project, torn)
    assert (sent.status_code, sent.json()["to_user_id"]) == (201, str(who[1].user.id))
    assert labels(project) == {torn: "3"}  # the answer that was sent back no longer counts
    assert to_review(project) == []
    assert torn not in [item["image"] for item in take(who[2], project, 5)]
    leased = who[1].client.call("POST", f"/projects/{project.id}/assignments", json={"limit": 1})["items"]
    assert [(item["image"]["id"], item["comment"]) for item in leased] == [(torn, "look at the tail")]
    held = {"ids": [leased[0]["id"]]}
    who[1].client.call("POST", f"/projects/{project.id}/assignments/release", json=held)
    assert [item["image"] for item in take(who[1], project, 1)] == [torn]
    say(who[1], leased[0]["id"], "3")
    assert labels(project)[torn] == "3"
    assert to_review(project) == []


def test_without_an_open_cycle_nothing_is_sent_back(stack: Stack, make_project: MakeProject) -> None:
    project = overlapping(make_project, images=1, overlap=2)
    image = everybody_says(project, people(stack, project, 2), "33")
    assert code(send_back(project, image)) == "cycle_not_open"


def test_an_image_of_an_earlier_cycle_joins_the_open_one(stack: Stack, make_project: MakeProject) -> None:
    project = overlapping(make_project, images=2, overlap=2)
    who = people(stack, project, 2)
    torn = everybody_says(project, who, "35")
    everybody_says(project, who, "44")
    project.client.wait_for_job(cycle_of(project)["training_job_id"], lambda *_: None)
    project.start_cycle(budget=1)
    assert send_back(project, torn, to=str(who[1].user.id)).status_code == 201
    assert queue_of(project, who[1])["queued"] == 2
    (mine,) = take(who[1], project, 1)
    say(who[1], mine["id"], "3")
    assert (mine["image"], labels(project)[torn]) == (torn, "3")


@pytest.mark.parametrize(("member", "status"), [(True, 201), (False, 422)])
def test_an_image_can_be_sent_to_another_member(
    stack: Stack, make_project: MakeProject, member: bool, status: int
) -> None:
    project = overlapping(make_project, images=2, overlap=1)
    first, second = people(stack, project, 2)
    image = everybody_says(project, [first], "3")
    to = second if member else stack.person()
    answer = send_back(project, image, to=str(to.user.id))
    assert answer.status_code == status
    if member:
        assert [item["image"] for item in take(second, project, 1)] == [image]
        assert labels(project) == {image: "3"}


def test_what_cannot_be_sent_back_is_refused(stack: Stack, make_project: MakeProject, owner: Person) -> None:
    project = overlapping(make_project, images=2, overlap=1)
    (person,) = people(stack, project, 1)
    image = everybody_says(project, [person], "3")
    other = next(i["id"] for i in images(project) if i["id"] != image)
    assert code(send_back(project, other)) == "nobody_answered"
    assert code(send_back(project, project.id)) == "not_found"
    project.client.call("PUT", f"/projects/{project.id}/labels/{image}", json={"class": "4"})
    assert code(send_back(project, image)) == "already_reviewed"
    assert owner.user.id != person.user.id


def test_the_history_tells_all_in_its_order(stack: Stack, make_project: MakeProject) -> None:
    project = overlapping(make_project, images=2, overlap=2)
    who = people(stack, project, 2)
    image = everybody_says(project, who, "3s")
    send_back(project, image, to=str(who[0].user.id))
    (again,) = take(who[0], project, 1)
    say(who[0], again["id"], "5")
    project.client.call("PUT", f"/projects/{project.id}/labels/{image}", json={"class": "4"})
    events = project.client.call("GET", f"/images/{image}/history")["items"]
    assert [(e["kind"], e["class"], e["note"]) for e in events] == [
        ("queued", None, None),
        ("answer", "3", None),
        ("skip", None, "dark"),
        ("return", None, "look at the tail"),
        ("answer", "5", None),
        ("review", "4", None),
    ]
    assert [e["revision"] for e in events if e["kind"] == "answer"] == [1, 2]
    assert (events[-1]["previous"], events[-1]["previous_source"]) == ("5", "annotation")


def test_agreement_is_told_by_pair_and_class(stack: Stack, make_project: MakeProject) -> None:
    project = overlapping(make_project, images=5, overlap=2)
    who = people(stack, project, 2)
    for said in ("33", "34", "44", "44"):
        everybody_says(project, who, said)
    everybody_says(project, who[:1], "3")
    found = project.client.call("GET", f"/projects/{project.id}/agreement")
    # Ann 3 3 4 4, Bob 3 4 4 4: observed 3/4, expected 1/2 * 1/4 + 1/2 * 3/4.
    (pair,) = found["pairs"]
    assert (pair["images"], pair["agreement"], pair["kappa"]) == (4, 0.75, 0.5)
    assert (found["images"], found["answers"], found["unanimous"]) == (4, 8, 3)
    # Expected by Fleiss (3/8)^2 + (5/8)^2, by Krippendorff (3 * 2 + 5 * 4) / (8 * 7).
    assert found["fleiss_kappa"] == pytest.approx((0.75 - 34 / 64) / (1 - 34 / 64))
    assert found["alpha"] == pytest.approx((0.75 - 26 / 56) / (1 - 26 / 56))
    by_class = {row["class"]: (row["images"], row["unanimous"]) for row in found["classes"]}
    assert (by_class["3"], by_class["4"], by_class["5"]) == ((2, 1), (3, 2), (0, 0))


def test_the_review_queue_is_for_reviewers(stack: Stack, make_project: MakeProject) -> None:
    project = overlapping(make_project, images=1, overlap=2)
    (person,) = people(stack, project, 1)
    reviewer = stack.person()
    project.add(reviewer, Role.REVIEWER)
    path = f"/projects/{project.id}/review-queue"
    assert person.client.request("GET", path).status_code == 403
    assert reviewer.client.request("GET", path).status_code == 200

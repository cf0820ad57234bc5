"""Leases and answers."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import any_, func, select, update

from app.db.models import Annotation, Assignment, QueueItem
from app.db.session import unit_of_work
from app.domain.enums import Role
from tests.stack import MakeProject, Person, Project, Stack


@pytest.fixture
def queue(make_project: MakeProject) -> Project:
    """A project whose first cycle waits for eight answers."""
    project = make_project(pool=12)
    project.rank(pool_batches=1)
    project.start_cycle(budget=8)
    return project


@pytest.fixture
def annotators(stack: Stack, queue: Project) -> list[Person]:
    people = [stack.person() for _ in range(3)]
    for person in people:
        queue.add(person, Role.ANNOTATOR)
    return people


def take(person: Person, project: Project, limit: int) -> list[dict[str, str]]:
    answer = person.client.call("POST", f"/projects/{project.id}/assignments", json={"limit": limit})
    return [{"id": item["id"], "image": item["image"]["id"]} for item in answer["items"]]


def say(person: Person, assignment: str, name: str) -> httpx.Response:
    return person.client.request("PUT", f"/assignments/{assignment}/annotation", json={"class": name})


def expire(assignment: str) -> None:
    """Let a lease's time be over."""
    with unit_of_work() as work:
        past = func.now() - func.make_interval(0, 0, 0, 0, 0, 1)
        row = Assignment.id == UUID(assignment)
        item = select(Assignment.queue_item_id).where(row).scalar_subquery()
        # The item first: its lock covers the assignment.
        work.session.execute(update(QueueItem).where(QueueItem.id == item).values(leased_until=past))
        work.session.execute(update(Assignment).where(row).values(expires_at=past))


def labels(project: Project) -> dict[str, str]:
    items = project.client.call("GET", f"/projects/{project.id}/labels?limit=1000")["items"]
    return {item["image_id"]: item["class"] for item in items if item["source"] == "annotation"}


def code(answer: httpx.Response) -> str:
    return str(answer.json()["error"]["code"])


def test_what_one_holds_comes_first_and_no_second_time(queue: Project, annotators: list[Person]) -> None:
    person = annotators[0]
    first = take(person, queue, 2)
    again = take(person, queue, 3)
    assert again[:2] == first
    assert len(again) == 3


def test_many_annotators_at_once_never_hold_one_image(queue: Project, annotators: list[Person]) -> None:
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda n: (n % 3, take(annotators[n % 3], queue, 8)), range(24)))
    holders: dict[str, set[int]] = {}
    for who, items in answers:
        for item in items:
            holders.setdefault(item["image"], set()).add(who)
    assert len(holders) == 8
    assert all(len(people) == 1 for people in holders.values())


def test_an_ended_lease_goes_to_the_next(queue: Project, annotators: list[Person]) -> None:
    (mine,) = take(annotators[0], queue, 1)
    expire(mine["id"])
    (theirs,) = take(annotators[1], queue, 1)
    assert theirs["image"] == mine["image"]
    assert theirs["id"] != mine["id"]


def test_a_late_answer_is_kept_and_counts_while_nobody_else_answered(
    queue: Project, annotators: list[Person]
) -> None:
    (mine,) = take(annotators[0], queue, 1)
    expire(mine["id"])
    take(annotators[1], queue, 1)
    assert say(annotators[0], mine["id"], "4").is_success
    assert labels(queue) == {mine["image"]: "4"}


def test_a_late_answer_does_not_overrule_the_one_that_came_first(
    queue: Project, annotators: list[Person]
) -> None:
    (mine,) = take(annotators[0], queue, 1)
    expire(mine["id"])
    (theirs,) = take(annotators[1], queue, 1)
    say(annotators[1], theirs["id"], "7")
    assert say(annotators[0], mine["id"], "4").is_success
    assert labels(queue) == {mine["image"]: "7"}
    kept = queue.client.call("GET", f"/projects/{queue.id}/annotations")["items"]
    assert [(a["class"], a["user_id"]) for a in kept] == [
        ("7", str(annotators[1].user.id)),
        ("4", str(annotators[0].user.id)),
    ]


def test_somebody_elses_assignment_takes_no_answer(queue: Project, annotators: list[Person]) -> None:
    (mine,) = take(annotators[0], queue, 1)
    answer = say(annotators[1], mine["id"], "4")
    assert (answer.status_code, code(answer)) == (403, "not_your_assignment")
    owner = queue.client.request("PUT", f"/assignments/{mine['id']}/annotation", json={"class": "4"})
    assert (owner.status_code, code(owner)) == (403, "not_your_assignment")
    assert labels(queue) == {}


def test_the_same_answer_twice_is_one(queue: Project, annotators: list[Person]) -> None:
    (mine,) = take(annotators[0], queue, 1)
    first, second = (say(annotators[0], mine["id"], "4").json() for _ in range(2))
    assert first == second
    assert len(queue.client.call("GET", f"/projects/{queue.id}/annotations")["items"]) == 1


def test_a_changed_mind_is_a_revision(queue: Project, annotators: list[Person]) -> None:
    (mine,) = take(annotators[0], queue, 1)
    revisions = [say(annotators[0], mine["id"], name).json()["revision"] for name in ("4", "5", "4")]
    assert revisions == [1, 2, 3]
    assert labels(queue) == {mine["image"]: "4"}


def test_a_skipped_image_is_not_handed_out_again(queue: Project, annotators: list[Person]) -> None:
    (mine,) = take(annotators[0], queue, 1)
    reason = {"reason": "too blurred"}
    annotators[0].client.call("DELETE", f"/assignments/{mine['id']}", json=reason)
    left = [item["image"] for person in annotators for item in take(person, queue, 8)]
    assert mine["image"] not in left
    assert len(left) == 7


def test_an_image_given_back_is_handed_out_again(queue: Project, annotators: list[Person]) -> None:
    (mine,) = take(annotators[0], queue, 1)
    annotators[0].client.call("DELETE", f"/assignments/{mine['id']}")
    assert take(annotators[1], queue, 1)[0]["image"] == mine["image"]


def test_an_unknown_class_is_refused_by_name(queue: Project, annotators: list[Person]) -> None:
    (mine,) = take(annotators[0], queue, 1)
    answer = say(annotators[0], mine["id"], "eleven")
    assert (answer.status_code, code(answer)) == (422, "unknown_class")
    assert "eleven" in answer.json()["error"]["message"]


def test_answers_that_do_not_work_yet_say_so(queue: Project, annotators: list[Person]) -> None:
    (mine,) = take(annotators[0], queue, 1)
    path = f"/assignments/{mine['id']}/annotation"
    answer = annotators[0].client.request("PUT", path, json={"mask": "x"})
    assert (answer.status_code, code(answer)) == (422, "not_supported")


def test_a_closed_cycle_takes_no_answers(queue: Project, annotators: list[Person]) -> None:
    mine, other = take(annotators[0], queue, 2)
    say(annotators[0], mine["id"], "1")
    cycle = queue.client.call("GET", f"/projects/{queue.id}/queue")["cycle_id"]
    queue.client.call("POST", f"/cycles/{cycle}/closure")
    answer = say(annotators[0], other["id"], "2")
    assert (answer.status_code, code(answer)) == (409, "cycle_not_open")


def test_the_last_answers_given_at_once_close_the_cycle_once(
    queue: Project, annotators: list[Person]
) -> None:
    held = [
        (person, item)
        for person, n in zip(annotators, (3, 3, 2), strict=True)
        for item in take(person, queue, n)
    ]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda pair: say(pair[0], pair[1]["id"], "1"), held))
    assert all(answer.is_success for answer in answers)
    cycles = queue.client.call("GET", f"/projects/{queue.id}/cycles")["items"]
    assert cycles[0]["training_job_id"]
    jobs = queue.client.call("GET", f"/projects/{queue.id}/jobs")["items"]
    assert [job["kind"] for job in jobs].count("training") == 1


class Leases(RuleBasedStateMachine):
    """Three annotators take, answer, give back and let leases end, in any order."""

    queue: Project
    people: list[Person]

    def __init__(self) -> None:
        super().__init__()
        self.held: list[list[dict[str, str]]] = [[], [], []]

    @rule(who=st.integers(0, 2), limit=st.integers(1, 3))
    def take(self, who: int, limit: int) -> None:
        for item in take(self.people[who], self.queue, limit):
            if item not in self.held[who]:
                self.held[who].append(item)

    @rule(who=st.integers(0, 2))
    def give_back(self, who: int) -> None:
        if self.held[who]:
            self.people[who].client.call("DELETE", f"/assignments/{self.held[who].pop()['id']}")

    @rule(who=st.integers(0, 2))
    def let_end(self, who: int) -> None:
        if self.held[who]:
            expire(self.held[who].pop()["id"])

    @invariant()
    def nobody_shares_an_image(self) -> None:
        images = [item["image"] for items in self.held for item in items]
        assert len(images) == len(set(images))

    @invariant()
    def the_table_agrees(self) -> None:
        users = [person.user.id for person in self.people]
        with unit_of_work() as work:
            living = work.session.execute(
                select(QueueItem.image_id, Assignment.user_id)
                .join(Assignment, Assignment.queue_item_id == QueueItem.id)
                .where(
                    QueueItem.leased_until > func.now(),
                    Assignment.user_id == any_(QueueItem.holders),
                    Assignment.user_id.in_(users),
                )
            ).all()
        ours = {(item["image"], str(self.people[who].user.id)) for who in range(3) for item in self.held[who]}
        assert {(str(image), str(user)) for image, user in living} == ours


def test_no_order_of_takes_and_ends_lets_two_hold_one_image(queue: Project, annotators: list[Person]) -> None:
    class Bound(Leases):
        pass

    Bound.queue, Bound.people = queue, annotators

    def fresh() -> Leases:
        with unit_of_work() as work:  # each example begins with a free queue
            work.session.execute(update(QueueItem).values(leased_until=None, holders=[]))
        return Bound()

    run_state_machine_as_test(
        fresh,  # type: ignore[arg-type]  # any factory will do, says its documentation
        settings=settings(
            max_examples=12, stateful_step_count=15, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


def test_an_answer_says_how_long_it_took(queue: Project, annotators: list[Person]) -> None:
    (mine,) = take(annotators[0], queue, 1)
    body = {"class": "2", "elapsed_ms": 1234}
    annotators[0].client.call("PUT", f"/assignments/{mine['id']}/annotation", json=body)
    with unit_of_work() as work:
        query = select(Annotation.elapsed_ms).where(Annotation.assignment_id == UUID(mine["id"]))
        assert work.session.scalars(query).all() == [1234]

"""What one statement does alone, it does where all is simple, and else it changes nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from app.db import answering, driver, leasing, seen
from app.db.answering import Answer
from app.db.session import unit_of_work
from app.domain.enums import Role, TokenScope
from app.services.secrets import fingerprint
from tests.service.test_labelling import expire, labels, take
from tests.service.test_overlap import overlapping
from tests.stack import MakeProject, Person, Project, Stack

TABLES = ("queue_items", "assignments", "annotations", "labels", "images")
SAID = Answer("3", 900, None, flagged=False)


@pytest.fixture
def member(stack: Stack, asked: Project) -> Person:
    person = stack.person()
    asked.add(person, Role.ANNOTATOR)
    return person


def shown_by(person: Person) -> seen.Shown:
    return seen.Shown(seen.Secret.TOKEN, fingerprint(person.token), TokenScope.ANNOTATE)


def lease(project: Project, person: Person, count: int) -> leasing.Leased | None:
    steps = leasing.at_once(shown_by(person), UUID(project.id), [uuid4() for _ in range(count)])
    with unit_of_work() as work:
        told = driver.take(work.session, steps)
    assert told
    assert told[0].user_id == person.user.id
    return told[1]


def keep(assignment: str, person: Person, said: Answer = SAID) -> answering.Kept | None:
    with unit_of_work() as work:
        told = driver.take(work.session, answering.only_answer(shown_by(person), UUID(assignment), said))
    assert told
    assert told[0].user_id == person.user.id
    return told[1]


@contextmanager
def nothing_changes() -> Iterator[None]:
    """No row of the tables is another afterwards."""

    def rows() -> list[Any]:
        with unit_of_work() as work:
            hashes = [f"SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {t} t" for t in TABLES]
            return [work.session.scalar(text(one)) for one in hashes]

    before = rows()
    yield
    assert rows() == before


def test_what_one_holds_comes_first_and_is_held_longer(asked: Project, owner: Person) -> None:
    (first,) = take(owner, asked, 1)
    found = lease(asked, owner, 3)
    assert found
    assert str(found.items[0].assignment_id) == first["id"]
    assert len({item.image_id for item in found.items}) == 3
    assert len({item.expires_at for item in found.items}) == 1


def test_without_an_open_cycle_there_is_nothing(make_project: MakeProject, owner: Person) -> None:
    assert lease(make_project(pool=2), owner, 1) == leasing.Leased(None, [])


def test_a_lease_whose_time_is_over_is_ended_first(asked: Project, owner: Person, member: Person) -> None:
    for item in take(owner, asked, 6):
        expire(item["id"])
    with nothing_changes():
        assert lease(asked, member, 2) is None


def test_an_answer_is_kept_with_its_label(asked: Project, owner: Person) -> None:
    (item,) = take(owner, asked, 1)
    kept = keep(item["id"], owner)
    assert kept
    assert str(kept.image_id) == item["image"]
    assert labels(asked) == {item["image"]: "3"}


def test_a_second_answer_is_not_simple(asked: Project, owner: Person) -> None:
    (item,) = take(owner, asked, 1)
    assert keep(item["id"], owner)
    with nothing_changes():
        assert keep(item["id"], owner) is None


def test_an_unknown_class_is_not_simple(asked: Project, owner: Person) -> None:
    (item,) = take(owner, asked, 1)
    with nothing_changes():
        assert keep(item["id"], owner, Answer("none such", None, None, flagged=False)) is None


def test_somebody_elses_lease_is_not_answered(asked: Project, owner: Person, member: Person) -> None:
    (item,) = take(owner, asked, 1)
    with nothing_changes():
        assert keep(item["id"], member) is None


def test_where_several_are_asked_it_is_not_simple(make_project: MakeProject, owner: Person) -> None:
    (item,) = take(owner, overlapping(make_project, images=4, overlap=3), 1)
    with nothing_changes():
        assert keep(item["id"], owner) is None

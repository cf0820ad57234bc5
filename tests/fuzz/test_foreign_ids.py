"""With ids of another project's objects nobody reads or changes them, whatever route they are put into."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
import requests
import schemathesis
from fastapi.routing import APIRoute
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode

from app.domain.enums import Role
from app.main import MODULES, PREFIX
from tests.fuzz.belongings import belongings
from tests.fuzz.cases import Operation, inputs, name_what_is_there
from tests.fuzz.count import count
from tests.fuzz.live import Live, live, person
from tests.fuzz.service import url
from tests.stack import Person

__all__ = ["url"]
REFUSED = {401, 403, 404, 405, 422}
WAYS = ("theirs", "theirs of another kind", "nobody's", "no id", "own")
# Somebody may be invited into one's own project by their id; it says nothing of other projects.
OF_PEOPLE = "user_id"
EXAMPLES = 400


def with_ids() -> list[tuple[str, str]]:
    """Method and path of every route of the application with an id in its path."""
    return [
        (method, PREFIX + route.path)
        for module in MODULES
        for route in module.router.routes
        if isinstance(route, APIRoute) and "{" in route.path
        for method in sorted(route.methods or ())
    ]


class Other:
    """Somebody's project with one of everything, of which nobody else may know."""

    def __init__(self) -> None:
        self.owner = person()
        self.there = live(self.owner, "owner")
        self.ids, self.rows = self.now()

    def now(self) -> tuple[set[str], set[str]]:
        return belongings(self.there.ids["project_id"], str(self.owner.user.id))


@pytest.fixture(scope="module")
def other(url: str) -> Other:
    return Other()


@pytest.fixture(scope="module")
def operations(url: str) -> list[Operation]:
    document = schemathesis.openapi.from_url(f"{url}{PREFIX}/openapi.json")
    document.config.max_stream_events = 1  # events of a project have no end
    return [document[path][method] for method, path in with_ids()]


def signed(caller: Person) -> requests.Session:
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {caller.token}"
    return session


def test_rows_of_every_kind_that_a_path_can_name_are_there(other: Other) -> None:
    named = {name for _, path in with_ids() for name in re.findall(r"{(\w+)}", path)}
    assert {UUID(other.there.ids[name]) for name in named}
    assert {other.there.ids[name] for name in named - {OF_PEOPLE}} <= other.ids


def ask(
    url: str, session: requests.Session, case: Case[Any], there: Live, other: Other
) -> tuple[int, str, set[str]]:
    """Send a case that names these things; its status, its text, and ids of theirs that it tells."""
    name_what_is_there(case, there, None)
    answer = case.call(base_url=url, session=session)
    count("foreign ids")
    sent = f"{case.path_parameters} {case.query} {case.body!r}"
    return answer.status_code, answer.text[:200], {i for i in other.ids if i in answer.text and i not in sent}


def fitting(operation: Operation, most: int) -> list[Case[Any]]:
    return [case for case, *_ in inputs(operation, GenerationMode.POSITIVE, most, 0)]


def test_every_route_refuses_every_id_of_another_project(
    url: str, other: Other, operations: list[Operation]
) -> None:
    wrong = []
    with signed(person()) as session:
        for operation in operations:
            (case,) = fitting(operation, 1)
            for one in sorted(other.ids):
                there = Live(dict.fromkeys(case.path_parameters, one), other.there.values)
                status, said, leaks = ask(url, session, case, there, other)
                if status not in REFUSED or leaks:
                    wrong.append((operation.label, one, status, said))
    assert wrong == []
    assert other.now() == (other.ids, other.rows)


def test_in_ones_own_project_nothing_of_another_one_can_be_named(
    url: str, other: Other, operations: list[Operation]
) -> None:
    me, wrong = person(), []
    with signed(me) as session:
        for operation in operations:
            for case in fitting(operation, 3):
                own = live(me, Role.OWNER)  # a new one each time: the one before may be changed, or gone
                first, *more = re.findall(r"{(\w+)}", operation.path)
                ids = {first: own.ids[first]} | {name: other.there.ids[name] for name in more}
                status, said, leaks = ask(url, session, case, Live(ids, other.there.values), other)
                foreign = set(more) - {OF_PEOPLE}
                if status >= 500 or leaks or (foreign and status not in REFUSED):
                    wrong.append((operation.label, status, said))
    assert wrong == []
    assert other.now() == (other.ids, other.rows)


def test_with_ids_of_others_nothing_of_others_is_read_or_changed(
    url: str, other: Other, operations: list[Operation]
) -> None:
    people = {role: person() for role in Role}
    sessions = {role: signed(one) for role, one in people.items()}

    @settings(max_examples=EXAMPLES, database=None, deadline=None, derandomize=True, phases=[Phase.generate])
    @given(
        st.sampled_from(operations).flatmap(lambda o: o.as_strategy(generation_mode=GenerationMode.POSITIVE)),
        st.sampled_from(list(Role)),
        st.data(),
    )
    def mix(case: Case[Any], role: Role, data: st.DataObject) -> None:
        ways = {name: data.draw(st.sampled_from(WAYS)) for name in case.path_parameters}
        # A new one each time: what is asked may well change or delete it.
        own = live(people[role], role.value) if "own" in ways.values() else Live()
        kinds = st.sampled_from(sorted(other.ids))
        chosen = {name: an_id(way, name, own, other, data.draw(kinds)) for name, way in ways.items()}
        status, said, leaks = ask(url, sessions[role], case, Live(chosen, other.there.values), other)
        if any(way != "own" and name != OF_PEOPLE for name, way in ways.items()):
            assert status in REFUSED, (case.operation.label, chosen, said)
        assert status < 500
        assert leaks == set(), (case.operation.label, chosen)

    mix()
    assert other.now() == (other.ids, other.rows)
    for session in sessions.values():
        session.close()


def an_id(way: str, name: str, own: Live, other: Other, any_of_theirs: str) -> str:
    if way == "theirs":
        return other.there.ids[name]
    if way == "theirs of another kind":
        return any_of_theirs
    if way == "nobody's":
        return str(uuid4())
    return own.ids[name] if way == "own" else "0"

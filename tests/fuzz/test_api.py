"""Thousands of requests that are made from the OpenAPI document, most of them bad, sent by everybody.

Whatever comes in, the answer is one that the document tells of, by its status, its type and its shape.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
import schemathesis
from schemathesis import Case, GenerationMode
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.domain.enums import TokenScope
from tests.fuzz.cases import Operation, inputs, name_what_is_there
from tests.fuzz.count import count
from tests.fuzz.live import live, person
from tests.fuzz.service import url
from tests.service.test_access import verdict
from tests.stack import Person

__all__ = ["url"]
ROLES = ["nobody", "annotator", "reviewer", "engineer", "owner", "admin", "reader"]
# Inputs of an operation by each role. Those that fit the document come first, while the object is there.
FITTING, BAD = 3, 4
CHECKS: list[CheckFunction] = [
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
WORKING = 0.7  # share of the operations a role may call that have to work at least once
NO_WORKER = "GET /readyz"  # answers 503, and says so: there is none here


@dataclass
class Sent:
    """What came of the requests of one role."""

    answers: Counter[str] = field(default_factory=Counter)
    # Operations that got past the question who asks and for what, and those that worked.
    reached: set[str] = field(default_factory=set)
    worked: set[str] = field(default_factory=set)
    wrong: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def note(self, label: str, status: int) -> None:
        self.answers[f"{status // 100}xx"] += 1
        if status not in (401, 403, 404):
            self.reached.add(label)
        if status < 400:
            self.worked.add(label)


@pytest.fixture(scope="module")
def operations(url: str) -> list[Operation]:
    """All of the document: what only reads first, what deletes last."""
    schema = schemathesis.openapi.from_url(f"{url}/api/v1/openapi.json")
    schema.config.max_stream_events = 1  # events of a project have no end
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    assert len(found) == schema.statistic.operations.total  # each of a form that can be read
    return sorted(found, key=lambda one: (one.method != "get", one.method == "delete"))


def caller_of(role: str) -> Person | None:
    """Who sends; a `reader` owns the project, and has a token that is for reading."""
    if role == "nobody":
        return None
    return person(admin=role == "admin", scope=TokenScope.READ if role == "reader" else TokenScope.MANAGE)


def may_call(role: str, operation: Operation) -> bool:
    stated = operation.definition.raw
    if role == "reader" and stated.get("x-scope", "read") != "read":
        return False
    known = {"nobody": "anonymous", "reader": "owner"}.get(role, role)
    return verdict(known, stated["x-access"]) == "allowed"


def send(session: requests.Session, url: str, case: Case[Any], sent: Sent) -> None:
    answer = case.call(base_url=url, session=session)
    session.cookies.clear()
    label = case.operation.label
    sent.note(label, answer.status_code)
    try:
        case.validate_response(answer, checks=CHECKS if label == NO_WORKER else [not_a_server_error, *CHECKS])
    except FailureGroup as failures:
        sent.wrong[label].append(str(failures))


@pytest.mark.parametrize("role", ROLES)
def test_whatever_is_sent_the_answer_is_one_that_the_document_tells_of(
    url: str, operations: list[Operation], role: str
) -> None:
    caller, sent = caller_of(role), Sent()
    there = live(caller, role)
    with requests.Session() as session:
        if caller:
            session.headers["Authorization"] = f"Bearer {caller.token}"
        for operation in operations:
            if operation.method != "get":
                there = live(caller, role)  # the one before may be changed, or gone
            for case, _, cursor in inputs(operation, GenerationMode.POSITIVE, FITTING, ROLES.index(role)):
                name_what_is_there(case, there, cursor)
                send(session, url, case, sent)
            for case, chance, cursor in inputs(operation, GenerationMode.NEGATIVE, BAD, ROLES.index(role)):
                if chance:
                    name_what_is_there(case, there, cursor)
                send(session, url, case, sent)
                count("API")

    assert not sent.wrong, "\n".join(said[0] for said in sent.wrong.values())
    # If all that could be called only ever refused, or knew nothing, it was not tried.
    allowed = {operation.label for operation in operations if may_call(role, operation)}
    print(f"{role}: {dict(sent.answers)}; of {len(allowed)} operations {len(allowed & sent.worked)} worked")
    assert allowed - sent.reached == set()
    assert len(allowed & sent.worked) >= WORKING * len(allowed)

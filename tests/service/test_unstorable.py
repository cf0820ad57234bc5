"""What the database cannot hold is refused before it is asked, with the name of the field."""

import base64
import json
from typing import Any

import pytest

from app.db.models import Suspect
from app.db.paging import decode
from app.domain.errors import Invalid
from tests.stack import MakeProject, Person, Project

NUL = "a\0b"
TOO_MANY = 2**31


@pytest.fixture
def project(make_project: MakeProject) -> Project:
    return make_project()


def refused(person: Person, method: str, path: str, **more: Any) -> tuple[int, str]:
    answer = person.client.request(method, path, **more)
    fields = answer.json()["error"]["details"]
    return answer.status_code, fields["fields"][0]["field"] if "fields" in fields else fields["field"]


@pytest.mark.parametrize(
    ("call", "body", "field"),
    [
        ("PATCH /me", {"name": NUL}, "name"),
        ("PATCH /me", {"preferences": {"keys": {NUL: "a"}}}, "preferences"),
        ("POST /auth/login", {"email": NUL, "password": "correct horse"}, "email"),
        ("PUT /projects/{id}/members", {"members": [{"email": NUL, "role": "owner"}]}, "members"),
        ("POST /projects/{id}/imports", {"uri": f"file:///{NUL}"}, "uri"),
        ("POST /projects/{id}/backtests", {"plans": ["random"], "pool_limit": TOO_MANY}, "pool_limit"),
    ],
)
def test_a_body_with_what_cannot_be_kept_is_refused(
    project: Project, owner: Person, call: str, body: object, field: str
) -> None:
    method, path = call.split(" ")
    assert refused(owner, method, path.format(id=project.id), json=body) == (422, field)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("images", {"filename": NUL}),
        ("images/count", {"pool_batch": TOO_MANY}),
        ("images/count", {"measured_in": TOO_MANY}),
        ("images", {"cycle": TOO_MANY}),
        ("import-folders", {"path": NUL}),
    ],
)
def test_a_query_for_what_cannot_be_kept_is_refused(
    project: Project, owner: Person, path: str, query: dict[str, Any]
) -> None:
    found = refused(owner, "GET", f"/projects/{project.id}/{path}", params=query)
    assert found == (422, next(iter(query)))


@pytest.mark.parametrize("values", [[None], [NUL], [10**400], ["x" * 9, 1], [float("inf"), "x"]])
@pytest.mark.parametrize(
    "path", ["review-queue", "jobs", "labels", "images?order=hardest", "images?order=filename"]
)
def test_a_cursor_with_values_of_another_kind_is_refused(
    project: Project, owner: Person, path: str, values: list[Any]
) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(values).encode()).decode()
    sign = "&" if "?" in path else "?"
    found = refused(owner, "GET", f"/projects/{project.id}/{path}{sign}cursor={cursor}")
    assert found == (422, "cursor")


def test_a_cursor_with_a_number_that_no_column_holds_is_refused() -> None:
    cursor = base64.urlsafe_b64encode(json.dumps([TOO_MANY]).encode()).decode()
    with pytest.raises(Invalid):
        decode(cursor, [Suspect.position])


def test_a_cursor_that_is_too_deep_is_refused(project: Project, owner: Person) -> None:
    cursor = base64.urlsafe_b64encode(b"[" * 1400).decode()
    assert refused(owner, "GET", f"/projects/{project.id}/jobs?cursor={cursor}") == (422, "cursor")


def test_a_file_name_with_nul_is_refused(project: Project, owner: Person) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a\0b"\r\n\r\nx\r\n--x--\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    found = refused(owner, "POST", f"/projects/{project.id}/imports", content=part, headers=headers)
    assert found == (422, "file")


@pytest.mark.parametrize("time", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"])
def test_a_token_ends_in_a_year_that_can_be_told(owner: Person, time: str) -> None:
    assert refused(owner, "POST", "/tokens", json={"name": "t", "expires_at": time}) == (422, "expires_at")

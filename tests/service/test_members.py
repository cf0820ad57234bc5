"""How people come to a project, what they may become, and one's own account."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import func, update

from app.db.models import Invitation
from app.db.session import unit_of_work
from app.domain.enums import Role
from app.services.tries import FOR_ONE_AIM
from tests.service.test_labelling import code
from tests.stack import PASSWORD, MakeProject, Person, Project, Stack


@pytest.fixture
def project(make_project: MakeProject) -> Project:
    return make_project()


def invite(project: Project, role: str = "annotator", **fields: object) -> dict[str, Any]:
    body = {"role": role} | fields
    made: dict[str, Any] = project.client.call("POST", f"/projects/{project.id}/invitations", json=body)
    return made


def join(person: Person, secret: str) -> httpx.Response:
    return person.client.request("POST", "/join", json={"secret": secret})


def join_new(stack: Stack, secret: str, email: str) -> httpx.Response:
    body = {"secret": secret, "name": "New", "email": email, "password": PASSWORD}
    return httpx.post(f"{stack.url}/api/v1/join/account", json=body)


def roles(project: Project) -> dict[str, str]:
    items = project.client.call("GET", f"/projects/{project.id}/members")["items"]
    return {item["email"]: item["role"] for item in items}


def states(project: Project) -> list[str]:
    items = project.client.call("GET", f"/projects/{project.id}/invitations")["items"]
    return [item["state"] for item in items]


def test_an_invitation_makes_one_person_a_member_once(stack: Stack, project: Project) -> None:
    made = invite(project, "reviewer")
    assert made["path"] == f"/join/{made['secret']}"
    first, second = stack.person(), stack.person()
    assert join(first, made["secret"]).json() == {"project_id": project.id, "role": "reviewer"}
    assert (roles(project)[first.user.email], states(project)) == ("reviewer", ["used"])
    assert code(join(second, made["secret"])) == "invitation_used"


def test_an_invitation_tells_what_it_is_to(stack: Stack, project: Project, owner: Person) -> None:
    secret = invite(project)["secret"]
    told = httpx.post(f"{stack.url}/api/v1/join/preview", json={"secret": secret}).json()
    name = project.client.call("GET", f"/projects/{project.id}")["name"]
    assert (told["project_name"], told["role"], told["invited_by"]) == (name, "annotator", owner.user.name)


def test_the_secret_of_an_invitation_is_in_no_list(project: Project) -> None:
    secret = invite(project)["secret"]
    assert secret not in project.client.request("GET", f"/projects/{project.id}/invitations").text


def test_somebody_new_makes_an_account_and_is_signed_in(stack: Stack, project: Project) -> None:
    email = f"{uuid4().hex}@example.org"
    answer = join_new(stack, invite(project)["secret"], email)
    assert answer.json()["roles"] == {project.id: "annotator"}
    me = httpx.get(f"{stack.url}/api/v1/me", cookies=dict(answer.cookies)).json()
    assert (me["user"]["email"], me["user"]["is_admin"]) == (email, False)


def test_an_email_address_with_an_account_leaves_the_invitation_open(
    stack: Stack, project: Project, owner: Person
) -> None:
    made = invite(project)
    assert code(join_new(stack, made["secret"], owner.user.email)) == "email_taken"
    assert states(project) == ["open"]


def test_a_member_does_not_use_up_an_invitation(project: Project, owner: Person) -> None:
    assert code(join(owner, invite(project)["secret"])) == "already_member"
    assert states(project) == ["open"]


def test_an_invitation_that_was_taken_back_says_so(stack: Stack, project: Project) -> None:
    made = invite(project)
    project.client.call("DELETE", f"/invitations/{made['id']}")
    assert code(join(stack.person(), made["secret"])) == "invitation_revoked"


def test_an_invitation_whose_time_is_over_says_so(stack: Stack, project: Project) -> None:
    made = invite(project, expires_in_hours=1)
    with unit_of_work() as work:
        past = update(Invitation).where(Invitation.id == UUID(made["id"]))
        work.session.execute(past.values(expires_at=func.now() - timedelta(seconds=1)))
    assert code(join_new(stack, made["secret"], f"{uuid4().hex}@example.org")) == "invitation_expired"
    assert states(project) == ["expired"]


def test_an_invitation_of_no_time_is_refused(project: Project) -> None:
    body = {"role": "annotator", "expires_in_hours": 0}
    answer = project.client.request("POST", f"/projects/{project.id}/invitations", json=body)
    assert answer.json()["error"]["details"]["fields"][0]["field"] == "expires_in_hours"


def test_a_role_is_changed_and_a_member_removed(stack: Stack, project: Project) -> None:
    person = stack.person()
    project.add(person, Role.ANNOTATOR)
    path = f"/projects/{project.id}/members/{person.user.id}"
    project.client.call("PATCH", path, json={"role": "engineer"})
    assert roles(project)[person.user.email] == "engineer"
    project.client.call("DELETE", path)
    assert person.user.email not in roles(project)
    assert code(project.client.request("DELETE", path)) == "not_a_member"
    project.client.call("PUT", path, json={"role": "engineer"})
    assert roles(project)[person.user.email] == "engineer"


@pytest.mark.parametrize(
    ("method", "body"), [("PATCH", {"role": "engineer"}), ("PUT", {"role": "engineer"}), ("DELETE", None)]
)
def test_the_last_owner_stays(project: Project, owner: Person, method: str, body: object) -> None:
    path = f"/projects/{project.id}/members/{owner.user.id}"
    assert code(project.client.request(method, path, json=body)) == "last_owner"
    assert roles(project) == {owner.user.email: "owner"}


def test_who_guesses_a_password_must_wait_and_others_need_not(stack: Stack) -> None:
    person, other = stack.person(), stack.person()

    def sign_in(who: Person, password: str) -> httpx.Response:
        body = {"email": who.user.email, "password": password}
        return httpx.post(f"{stack.url}/api/v1/auth/login", json=body)

    assert {sign_in(person, "wrong").status_code for _ in range(FOR_ONE_AIM)} == {401}
    refused = sign_in(person, PASSWORD)
    assert refused.status_code == 429
    assert 14 * 60 < int(refused.headers["Retry-After"]) <= 15 * 60
    assert sign_in(other, PASSWORD).status_code == 200


def test_a_password_is_changed_by_who_knows_the_old_one(stack: Stack) -> None:
    person = stack.person()
    said = {"Origin": stack.url}
    with httpx.Client(base_url=f"{stack.url}/api/v1", headers=said) as browser, httpx.Client() as elsewhere:
        login = {"email": person.user.email, "password": PASSWORD}
        for client in (browser, elsewhere):
            assert client.post(f"{stack.url}/api/v1/auth/login", json=login).is_success
        wrong = browser.put("/me/password", json={"old_password": "no", "new_password": "new password"})
        assert (code(wrong), wrong.json()["error"]["details"]["field"]) == ("wrong_password", "old_password")
        right = {"old_password": PASSWORD, "new_password": "new password"}
        assert browser.put("/me/password", json=right).status_code == 204
        assert browser.get("/me").is_success
        assert elsewhere.get(f"{stack.url}/api/v1/me").status_code == 401
        assert elsewhere.post(f"{stack.url}/api/v1/auth/login", json=login).status_code == 401


def test_ones_name_is_changed(stack: Stack) -> None:
    person = stack.person()
    assert person.client.call("PATCH", "/me", json={"name": "Ada"})["user"]["name"] == "Ada"
    assert person.client.call("GET", "/me")["user"]["name"] == "Ada"

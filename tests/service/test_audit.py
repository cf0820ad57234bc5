"""Every change of a project or of the server is recorded, with who made it, in the same transaction."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from app.db.models import AuditEvent, Cycle, Identity, Image, Invitation, Job, Label, Project
from app.db.session import unit_of_work
from app.domain import enums
from app.domain.enums import AuditAction, CycleState, JobStatus, Role
from app.services.secrets import fingerprint
from tests.service.test_access import LEAST, world
from tests.service.test_removal import removed
from tests.stack import MakeProject, Person, Stack

SECRETS = ("nb_", "correct horse", "a new password", "battery staple")
# What each route is called with, in this order, in one world; and the event that it leaves.
RECORDED: list[tuple[str, dict[str, Any] | None, AuditAction]] = [
    ("post /api/v1/users", {"email": "{new}", "name": "N", "password": "a new password"},
     AuditAction.ACCOUNT_CREATED),
    ("patch /api/v1/users/{user_id}", {"name": "Other"}, AuditAction.ACCOUNT_CHANGED),
    ("patch /api/v1/me", {"name": "Another"}, AuditAction.ACCOUNT_CHANGED),
    ("put /api/v1/me/password", {"old_password": "correct horse", "new_password": "battery staple"},
     AuditAction.PASSWORD_CHANGED),
    ("post /api/v1/users/{user_id}/password-links", {}, AuditAction.PASSWORD_LINK_CREATED),
    ("post /api/v1/new-password", {"secret": "{link}", "password": "a new password"},
     AuditAction.PASSWORD_LINK_USED),
    ("delete /api/v1/users/{user_id}/identities", None, AuditAction.IDENTITY_UNLINKED),
    ("post /api/v1/tokens", {"name": "mine"}, AuditAction.TOKEN_CREATED),
    ("delete /api/v1/tokens/{token_id}", None, AuditAction.TOKEN_REVOKED),
    ("post /api/v1/projects", {"name": "fresh"}, AuditAction.PROJECT_CREATED),
    ("patch /api/v1/projects/{project_id}", {"settings": {"budget": 77}}, AuditAction.SETTINGS_CHANGED),
    ("put /api/v1/projects/{project_id}/members",
     {"members": [{"email": "{own}", "role": "owner"}, {"email": "{other}", "role": "annotator"}]},
     AuditAction.MEMBER_ADDED),
    ("patch /api/v1/projects/{project_id}/members/{other_id}", {"role": "reviewer"},
     AuditAction.MEMBER_CHANGED),
    ("delete /api/v1/projects/{project_id}/members/{other_id}", None, AuditAction.MEMBER_REMOVED),
    ("put /api/v1/projects/{project_id}/members/{other_id}", {"role": "engineer"}, AuditAction.MEMBER_ADDED),
    ("post /api/v1/projects/{project_id}/invitations", {"role": "annotator"}, AuditAction.INVITATION_CREATED),
    ("delete /api/v1/invitations/{invitation_id}", None, AuditAction.INVITATION_REVOKED),
    ("post /api/v1/join/account",
     {"secret": "{secret}", "email": "{joining}", "name": "J", "password": "a new password"},
     AuditAction.INVITATION_USED),
    ("post /api/v1/join", {"secret": "{second}"}, AuditAction.INVITATION_USED),
    ("post /api/v1/projects/{project_id}/classes", {"name": "bird"}, AuditAction.SCHEMA_CHANGED),
    ("patch /api/v1/classes/{class_id}", {"color": "#ffffff"}, AuditAction.SCHEMA_CHANGED),
    ("post /api/v1/projects/{project_id}/images/{image_id}/return", {"comment": "look", "to": "{user_id}"},
     AuditAction.IMAGE_RETURNED),
    ("put /api/v1/projects/{project_id}/labels/{image_id}", {"class": "cat"}, AuditAction.LABEL_SET),
    ("post /api/v1/classes/{class_id}/examples",
     {"image_id": "{known_id}", "kind": "example"}, AuditAction.EXAMPLE_ADDED),
    ("patch /api/v1/examples/{example_id}", {"caption": "a cat"}, AuditAction.EXAMPLE_CHANGED),
    ("delete /api/v1/examples/{example_id}", None, AuditAction.EXAMPLE_REMOVED),
    ("put /api/v1/images/{image_id}/control", {}, AuditAction.CONTROL_MARKED),
    ("delete /api/v1/images/{image_id}/control", None, AuditAction.CONTROL_UNMARKED),
    ("post /api/v1/projects/{project_id}/controls", {"count": 1}, AuditAction.CONTROLS_DRAWN),
    ("post /api/v1/classes/{class_id}/merge", {"into": "{dog_id}"}, AuditAction.SCHEMA_CHANGED),
    ("delete /api/v1/classes/{class_id}/merge", None, AuditAction.SCHEMA_CHANGED),
    ("delete /api/v1/classes/{dog_id}", None, AuditAction.SCHEMA_CHANGED),
    ("post /api/v1/classes/{dog_id}/restoration", {}, AuditAction.SCHEMA_CHANGED),
    ("put /api/v1/projects/{project_id}/guidelines", {"text": "Look.", "replaces": None},
     AuditAction.GUIDELINES_CHANGED),
    ("post /api/v1/projects/{project_id}/exports", {"format": "csv"}, AuditAction.EXPORT_STARTED),
    ("post /api/v1/jobs/{job_id}/retry", {}, AuditAction.JOB_RETRIED),
    ("post /api/v1/jobs/{job_id}/cancellation", {}, AuditAction.JOB_CANCELLED),
    ("delete /api/v1/projects/{project_id}", None, AuditAction.PROJECT_DELETED),
    ("post /api/v1/projects/{project_id}/restoration", {}, AuditAction.PROJECT_RESTORED),
]  # fmt: skip
OWN = "what annotators do themselves is their own history: assignments and annotations"
JOB = "its job tells who asked, when, and for what"
BROWSER = "opens or ends one's own browser sessions, and changes nothing"
NOT_RECORDED = {
    "post /api/v1/auth/login": BROWSER,
    "post /api/v1/auth/logout": BROWSER,
    "delete /api/v1/sessions": BROWSER,
    "delete /api/v1/sessions/{session_id}": BROWSER,
    "post /api/v1/join/preview": "looks only",
    "post /api/v1/new-password/preview": "looks only",
    "put /api/v1/projects/{project_id}/guidelines/reading": "one's own reading",
    "post /api/v1/projects/{project_id}/imports": JOB,
    "post /api/v1/imports/{job_id}/confirmation": JOB,
    "delete /api/v1/imports/{job_id}": "throws a preview away that nothing came of",
    "post /api/v1/projects/{project_id}/pretext-runs": JOB,
    "post /api/v1/projects/{project_id}/cycles": JOB,
    "post /api/v1/cycles/{cycle_id}/closure": JOB,
    "post /api/v1/projects/{project_id}/backtests": JOB,
    "post /api/v1/projects/{project_id}/label-checks": JOB,
    "post /api/v1/projects/{project_id}/maps": JOB,
    "post /api/v1/projects/{project_id}/assignments": OWN,
    "post /api/v1/projects/{project_id}/assignments/renewal": OWN,
    "post /api/v1/projects/{project_id}/assignments/release": OWN,
    "post /api/v1/projects/{project_id}/answers": OWN,
    "put /api/v1/assignments/{assignment_id}/annotation": OWN,
    "delete /api/v1/assignments/{assignment_id}": OWN,
}


def test_every_route_that_changes_something_records_it_or_has_a_reason() -> None:
    changing = {route for route in LEAST if not route.startswith("get ")}
    recorded = {
        route.replace("{other_id}", "{user_id}").replace("{dog_id}", "{class_id}") for route, *_ in RECORDED
    }
    assert recorded | set(NOT_RECORDED) == changing
    assert recorded.isdisjoint(NOT_RECORDED)


def last_event() -> AuditEvent | None:
    with unit_of_work() as work:
        return work.session.scalar(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1))


def send(stack: Stack, route: str, body: Any, ids: dict[str, Any], token: str) -> httpx.Response:
    method, path = route.split(" ")
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.request(
        method.upper(), stack.url + path.format(**ids), headers=headers, json=body, timeout=30
    )


def filled(body: Any, ids: dict[str, Any]) -> Any:
    """Put ids and addresses in the place of their names."""
    if isinstance(body, dict):
        return {key: filled(value, ids) for key, value in body.items()}
    if isinstance(body, list):
        return [filled(value, ids) for value in body]
    return str(ids[body[1:-1]]) if isinstance(body, str) and body[:1] == "{" else body


def everything(stack: Stack, person: Person) -> dict[str, Any]:
    """A world in which every route of the list can be called, and what bodies name."""
    ids: dict[str, Any] = dict(world(person, "owner"))
    other = stack.person()
    project = ids["project_id"]
    named = [f"{uuid4().hex}@example.org" for _ in range(2)]
    secrets = [uuid4().hex for _ in range(2)]
    with unit_of_work() as work:
        db = work.session
        db.execute(update(Cycle).where(Cycle.id == ids["cycle_id"]).values(state=CycleState.LABELLING))
        label = Label(
            image_id=ids["image_id"], project_id=project, class_id=ids["class_id"],
            source=enums.LabelSource.IMPORT,
        )  # fmt: skip
        db.add(label)
        known = Image(
            project_id=project, sha256=uuid4().hex, filename="b.png", width=1, height=1, format="PNG",
            bytes=1, split=enums.Split.TEST,
        )  # fmt: skip
        db.add(known)
        db.flush()
        db.add(Identity(user_id=person.user.id, issuer="https://id.example.org", subject=uuid4().hex))
        db.add(Label(image_id=known.id, project_id=project, class_id=ids["class_id"], source=label.source))
        for secret in secrets:
            db.add(
                Invitation(
                    project_id=project, role=Role.ANNOTATOR, secret_hash=fingerprint(secret),
                    expires_at=db.scalar(text("SELECT now() + interval '1 day'")),
                )
            )  # fmt: skip
    return ids | {
        "other_id": other.user.id, "other": other.user.email, "own": person.user.email,
        "known_id": known.id, "new": named[0], "joining": named[1],
        "secret": secrets[0], "second": secrets[1],
        "outsider": stack.person().token,
    }  # fmt: skip


def test_each_records_its_event_with_who_did_it(stack: Stack) -> None:
    person = stack.person(admin=True)
    ids = everything(stack, person)
    found = {}
    for route, body, _ in RECORDED:
        if "dog_id" in route + str(body) and "dog_id" not in ids:
            ids["dog_id"] = send(
                stack, "post /api/v1/projects/{project_id}/classes", {"name": "dog"}, ids, person.token
            ).json()["id"]
        before = last_event()
        token = ids["outsider"] if route == "post /api/v1/join" else person.token
        answer = send(stack, route, filled(body, ids), ids, token)
        if route == "post /api/v1/jobs/{job_id}/retry":  # a worker shall not have ended it by the next call
            with unit_of_work() as work:
                queued = {"status": JobStatus.QUEUED, "finished_at": None}
                work.session.execute(update(Job).where(Job.id == ids["job_id"]).values(queued))
        if "password-links" in route:
            ids["link"] = answer.json()["secret"]
        event = last_event()
        is_new = event is not None and (before is None or event.id != before.id)
        found[route] = (answer.is_success or answer.text, is_new and event and event.action)
        if event and "/join" not in route:
            assert event.user_id == person.user.id
        assert not any(
            secret in str(event and event.details)
            for secret in [*SECRETS, ids["secret"], ids.get("link", "nb_")]
        )
    assert found == {route: (True, action) for route, _, action in RECORDED}


def test_only_what_differs_is_told(make_project: MakeProject) -> None:
    project = make_project()
    path = f"/projects/{project.id}"
    settings = project.client.call("GET", path)["settings"]
    project.client.call("PATCH", path, json={"settings": settings | {"budget": 9}})
    project.client.call("PATCH", path, json={"settings": settings | {"budget": 9}})
    events = project.client.call("GET", f"{path}/audit-events", params={"action": "settings_changed"})[
        "items"
    ]
    assert [event["details"] for event in events] == [{"before": {"budget": 5}, "after": {"budget": 9}}]


def test_a_project_shows_its_own_events_newest_first_page_by_page(
    stack: Stack, make_project: MakeProject
) -> None:
    project, other = make_project(), make_project()
    path = f"/projects/{project.id}"
    for name in ("one", "two"):
        project.client.call("PATCH", path, json={"name": name})
    other.client.call("PATCH", f"/projects/{other.id}", json={"name": "three"})
    pages: list[Any] = []
    asked: dict[str, Any] = {"limit": 5}
    while asked:
        page = project.client.call("GET", f"{path}/audit-events", params=asked)
        pages.append(page["items"])
        asked = {"limit": 5, "cursor": page["next_cursor"]} if page["next_cursor"] else {}
    events = [event for page in pages for event in page]
    assert [event["details"]["after"]["name"] for event in events[:2]] == ["two", "one"]
    assert {event["project_id"] for event in events} == {project.id}
    assert {event["user"] for event in events} == {"Someone"}
    assert len(pages) > 1
    assert events[-1]["action"] in {"project_created", "schema_changed"}


def test_what_is_new_has_no_before(make_project: MakeProject) -> None:
    project = make_project()
    events = project.client.call("GET", f"/projects/{project.id}/audit-events", params={"limit": 1})["items"]
    assert (events[0]["action"], events[0]["details"]["name"]) == ("schema_changed", "9")
    assert events[0]["details"]["after"]["kind"] == "added"
    assert "before" not in events[0]["details"]


def test_administrators_see_those_of_the_server_too(stack: Stack) -> None:
    admin = stack.person(admin=True)
    admin.client.call("POST", "/tokens", json={"name": "mine"})
    events = admin.client.call("GET", "/audit-events", params={"action": ["token_created"], "limit": 1})
    (event,) = events["items"]
    assert (event["project_id"], event["user_id"]) == (None, str(admin.user.id))
    assert event["details"] == {"name": "mine", "after": {"scope": "manage", "expires_at": None}}


def test_what_is_refused_is_not_recorded(stack: Stack, make_project: MakeProject) -> None:
    project, stranger = make_project(), stack.person()
    before = last_event()
    assert stranger.client.request("PATCH", f"/projects/{project.id}", json={"name": "mine"}).is_error
    body = {"members": [{"email": "nobody@example.org", "role": "owner"}]}
    assert project.client.request("PUT", f"/projects/{project.id}/members", json=body).is_error
    after = last_event()
    assert before
    assert after
    assert before.id == after.id


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_events SET at = now()", "DELETE FROM audit_events", "TRUNCATE audit_events"]
)
def test_nobody_changes_or_deletes_them(stack: Stack, make_project: MakeProject, statement: str) -> None:
    make_project()
    with unit_of_work() as work, pytest.raises(IntegrityError, match="are only added"):
        work.session.execute(text(statement))


def test_they_outlast_their_project(make_project: MakeProject) -> None:
    project = make_project()
    removed(project)
    with unit_of_work() as work:
        query = select(AuditEvent.action).where(AuditEvent.project_id == UUID(project.id))
        actions = list(work.session.scalars(query.order_by(AuditEvent.id)))
        assert work.session.get(Project, UUID(project.id)) is None
    assert actions[-2:] == [AuditAction.PROJECT_DELETED, AuditAction.PROJECT_REMOVED]

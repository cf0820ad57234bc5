"""Every route of the OpenAPI document, called by everyone."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from app.db.models import (
    Assignment,
    Backtest,
    Class,
    ClassExample,
    Cycle,
    Export,
    Image,
    Invitation,
    Job,
    LabelCheck,
    Map,
    Member,
    Model,
    PretextRun,
    Project,
    QueueItem,
    Session,
    Token,
)
from app.db.session import unit_of_work
from app.domain import enums
from app.domain.enums import Role
from app.domain.plans import plan_named
from app.storage.blobs import blob_store
from tests.stack import Person, Stack

# Who may call what, written down a second time: the code must agree with it.
LEAST = {
    "post /api/v1/auth/login": "public",
    "post /api/v1/auth/logout": "user",
    "get /api/v1/sign-in-options": "public",
    "get /api/v1/oidc/start": "public",
    "get /api/v1/oidc/callback": "public",
    "get /api/v1/me": "user",
    "patch /api/v1/me": "user",
    "put /api/v1/me/password": "user",
    "get /api/v1/sessions": "user",
    "delete /api/v1/sessions/{session_id}": "user",
    "delete /api/v1/sessions": "user",
    "get /api/v1/tokens": "user",
    "post /api/v1/tokens": "user",
    "delete /api/v1/tokens/{token_id}": "user",
    "get /api/v1/users": "admin",
    "post /api/v1/users": "admin",
    "patch /api/v1/users/{user_id}": "admin",
    "post /api/v1/users/{user_id}/password-links": "admin",
    "delete /api/v1/users/{user_id}/identities": "admin",
    "post /api/v1/new-password/preview": "public",
    "post /api/v1/new-password": "public",
    "get /api/v1/projects": "user",
    "post /api/v1/projects": "user",
    "get /api/v1/projects/{project_id}": "annotator",
    "patch /api/v1/projects/{project_id}": "engineer",
    "get /api/v1/projects/{project_id}/storage": "engineer",
    "delete /api/v1/projects/{project_id}": "owner",
    "post /api/v1/projects/{project_id}/restoration": "owner",
    "get /api/v1/projects/{project_id}/members": "annotator",
    "put /api/v1/projects/{project_id}/members": "owner",
    "patch /api/v1/projects/{project_id}/members/{user_id}": "owner",
    "put /api/v1/projects/{project_id}/members/{user_id}": "owner",
    "delete /api/v1/projects/{project_id}/members/{user_id}": "owner",
    "post /api/v1/projects/{project_id}/invitations": "owner",
    "get /api/v1/projects/{project_id}/invitations": "owner",
    "delete /api/v1/invitations/{invitation_id}": "owner",
    "post /api/v1/join/preview": "public",
    "post /api/v1/join": "user",
    "post /api/v1/join/account": "public",
    "get /api/v1/projects/{project_id}/classes": "annotator",
    "post /api/v1/projects/{project_id}/classes": "engineer",
    "patch /api/v1/classes/{class_id}": "engineer",
    "delete /api/v1/classes/{class_id}": "engineer",
    "post /api/v1/classes/{class_id}/restoration": "engineer",
    "post /api/v1/classes/{class_id}/merge": "engineer",
    "delete /api/v1/classes/{class_id}/merge": "engineer",
    "get /api/v1/projects/{project_id}/schema-changes": "annotator",
    "get /api/v1/projects/{project_id}/guidelines": "annotator",
    "put /api/v1/projects/{project_id}/guidelines": "engineer",
    "get /api/v1/projects/{project_id}/guidelines/history": "annotator",
    "put /api/v1/projects/{project_id}/guidelines/reading": "annotator",
    "post /api/v1/classes/{class_id}/examples": "engineer",
    "patch /api/v1/examples/{example_id}": "engineer",
    "delete /api/v1/examples/{example_id}": "engineer",
    "post /api/v1/projects/{project_id}/imports": "engineer",
    "get /api/v1/projects/{project_id}/import-folders": "engineer",
    "post /api/v1/imports/{job_id}/confirmation": "engineer",
    "delete /api/v1/imports/{job_id}": "engineer",
    "get /api/v1/projects/{project_id}/images": "annotator",
    "get /api/v1/projects/{project_id}/images/count": "annotator",
    "get /api/v1/images/{image_id}": "annotator",
    "get /api/v1/images/{image_id}/content": "annotator",
    "post /api/v1/projects/{project_id}/pretext-runs": "engineer",
    "get /api/v1/projects/{project_id}/pretext-runs": "annotator",
    "get /api/v1/pretext-runs/{run_id}": "annotator",
    "get /api/v1/pretext-runs/{run_id}/scores": "annotator",
    "post /api/v1/projects/{project_id}/cycles": "engineer",
    "get /api/v1/projects/{project_id}/cycles": "annotator",
    "get /api/v1/cycles/{cycle_id}": "annotator",
    "get /api/v1/cycles/{cycle_id}/confusion": "annotator",
    "get /api/v1/cycles/{cycle_id}/predictions": "annotator",
    "get /api/v1/pretext-runs/{run_id}/examples": "annotator",
    "post /api/v1/cycles/{cycle_id}/closure": "engineer",
    "get /api/v1/models/{model_id}": "annotator",
    "get /api/v1/models/{model_id}/content": "engineer",
    "get /api/v1/projects/{project_id}/queue": "annotator",
    "get /api/v1/projects/{project_id}/estimate": "annotator",
    "post /api/v1/projects/{project_id}/assignments": "annotator",
    "post /api/v1/projects/{project_id}/assignments/renewal": "annotator",
    "post /api/v1/projects/{project_id}/assignments/release": "annotator",
    "post /api/v1/projects/{project_id}/answers": "annotator",
    "put /api/v1/assignments/{assignment_id}/annotation": "annotator",
    "delete /api/v1/assignments/{assignment_id}": "annotator",
    "get /api/v1/projects/{project_id}/annotations": "reviewer",
    "get /api/v1/projects/{project_id}/labels": "reviewer",
    "post /api/v1/projects/{project_id}/exports": "engineer",
    "get /api/v1/projects/{project_id}/exports": "engineer",
    "get /api/v1/exports/{export_id}": "engineer",
    "get /api/v1/exports/{export_id}/content": "engineer",
    "get /api/v1/plans": "user",
    "post /api/v1/projects/{project_id}/backtests": "engineer",
    "get /api/v1/projects/{project_id}/backtests": "engineer",
    "get /api/v1/backtests/{backtest_id}": "engineer",
    "get /api/v1/backtests/{backtest_id}/report": "engineer",
    "post /api/v1/projects/{project_id}/label-checks": "engineer",
    "get /api/v1/projects/{project_id}/label-checks": "reviewer",
    "get /api/v1/label-checks/{check_id}": "reviewer",
    "get /api/v1/label-checks/{check_id}/suspects": "reviewer",
    "put /api/v1/projects/{project_id}/labels/{image_id}": "reviewer",
    "get /api/v1/projects/{project_id}/reviews": "reviewer",
    "get /api/v1/projects/{project_id}/review-queue": "reviewer",
    "post /api/v1/projects/{project_id}/images/{image_id}/return": "reviewer",
    "get /api/v1/projects/{project_id}/agreement": "reviewer",
    "get /api/v1/projects/{project_id}/controls": "reviewer",
    "post /api/v1/projects/{project_id}/controls": "reviewer",
    "get /api/v1/images/{image_id}/control": "reviewer",
    "put /api/v1/images/{image_id}/control": "reviewer",
    "delete /api/v1/images/{image_id}/control": "reviewer",
    "get /api/v1/projects/{project_id}/suggestion-report": "reviewer",
    "get /api/v1/projects/{project_id}/session": "annotator",
    "get /api/v1/projects/{project_id}/leaderboard": "annotator",
    "get /api/v1/projects/{project_id}/throughput": "reviewer",
    "get /api/v1/images/{image_id}/history": "reviewer",
    "post /api/v1/projects/{project_id}/maps": "engineer",
    "get /api/v1/projects/{project_id}/maps": "engineer",
    "get /api/v1/maps/{map_id}/points": "engineer",
    "get /api/v1/projects/{project_id}/jobs": "annotator",
    "get /api/v1/jobs/{job_id}": "annotator",
    "get /api/v1/jobs/{job_id}/log": "engineer",
    "post /api/v1/jobs/{job_id}/cancellation": "engineer",
    "post /api/v1/jobs/{job_id}/retry": "engineer",
    "get /api/v1/projects/{project_id}/events": "annotator",
    "get /api/v1/projects/{project_id}/audit-events": "owner",
    "get /api/v1/audit-events": "admin",
    "get /healthz": "public",
    "get /readyz": "public",
    "get /metrics": "admin",
}
CALLERS = ["anonymous", "annotator", "reviewer", "engineer", "owner", "outsider", "admin"]
STEPS = ["annotator", "reviewer", "engineer", "owner"]
REFUSED = ("unauthenticated", "forbidden", "scope_too_small", "not_found")


def verdict(caller: str, least: str) -> str:
    """What a call must come to: `allowed`, `unauthenticated`, `forbidden` or `not_found`."""
    if least == "public":
        return "allowed"
    if caller == "anonymous":
        return "unauthenticated"
    if least == "user" or caller == "admin":
        return "allowed"
    if least == "admin":
        return "forbidden"
    if caller == "outsider":
        return "not_found"
    return "allowed" if STEPS.index(caller) >= STEPS.index(least) else "forbidden"


def outcome(answer: httpx.Response) -> str:
    code = answer.json()["error"]["code"] if answer.is_error else ""
    return code if code in REFUSED else "allowed"


def world(person: Person | None, role: str) -> dict[str, UUID]:
    """One of everything, in a project of its own: the ids by the names of path parameters."""
    sha = blob_store().put(b"bytes")
    with unit_of_work() as work:
        db = work.session

        def add(row: Any) -> Any:
            db.add(row)
            db.flush()
            return row

        project = add(Project(name="p", task=enums.ProjectTask.CLASSIFICATION, settings={}))
        job = add(Job(project_id=project.id, kind=enums.JobKind.EXPORT, status=enums.JobStatus.FAILED))
        run = add(
            PretextRun(
                project_id=project.id,
                job_id=job.id,
                task=enums.PretextTaskName.ROTATION,
                pool_batches=1,
                seed=0,
            )
        )
        cycle = add(
            Cycle(
                project_id=project.id,
                pretext_run_id=run.id,
                number=1,
                budget=1,
                plan=plan_named("random").model_dump(mode="json"),
                strategy=enums.QueryStrategyName.RANDOM,
                state=enums.CycleState.DONE,
            )
        )
        image = add(
            Image(
                project_id=project.id, sha256=sha, filename="a.png", width=1, height=1, format="PNG",
                bytes=5, split=enums.Split.POOL,
            )
        )  # fmt: skip
        item = add(QueueItem(cycle_id=cycle.id, image_id=image.id, position=0))
        model = add(
            Model(
                project_id=project.id, cycle_id=cycle.id, backbone="small_cnn", label_count=1, classes=[],
                metrics={}, weights_sha256=sha,
            )
        )  # fmt: skip
        export = add(Export(project_id=project.id, job_id=job.id, format=enums.ExportFormat.CSV, sha256=sha))
        named = add(Class(project_id=project.id, name="cat", color="#000000", position=0))
        example = add(
            ClassExample(
                project_id=project.id, class_id=named.id, image_id=image.id, kind=enums.ExampleKind.EXAMPLE
            )
        )
        invitation = add(
            Invitation(
                project_id=project.id, role=Role.ANNOTATOR, secret_hash=f"{job.id}",
                expires_at=project.created_at,
            )
        )  # fmt: skip
        backtest = add(Backtest(project_id=project.id, job_id=job.id, page_sha256=sha))
        drawn = add(Map(project_id=project.id, job_id=job.id, pretext_run_id=run.id))
        check = add(LabelCheck(project_id=project.id, job_id=job.id, folds=3))
        ids = {
            "check_id": check.id, "map_id": drawn.id,
            "backtest_id": backtest.id, "project_id": project.id, "job_id": job.id, "run_id": run.id,
            "cycle_id": cycle.id,
            "image_id": image.id, "model_id": model.id, "export_id": export.id,
            "class_id": named.id, "invitation_id": invitation.id,
            "example_id": example.id,
        }  # fmt: skip
        someone = None
        if person:
            someone = person.user.id
            token = add(Token(user_id=someone, name="t", secret_hash=f"{project.id}"))
            signed = add(Session(user_id=someone, secret_hash=f"{job.id}", expires_at=project.created_at))
            ids |= {"token_id": token.id, "session_id": signed.id, "user_id": someone}
            if role in STEPS:
                add(Member(project_id=project.id, user_id=someone, role=Role(role)))
            held = add(Assignment(queue_item_id=item.id, user_id=someone, expires_at=project.created_at))
            ids["assignment_id"] = held.id
    return ids


def call(stack: Stack, route: str, ids: dict[str, UUID], token: str | None) -> httpx.Response:
    method, path = route.split(" ")
    for name, value in ids.items():
        path = path.replace(f"{{{name}}}", str(value))
    path = path.replace("{token_id}", str(ids["project_id"])).replace("{user_id}", str(ids["project_id"]))
    path = path.replace("{session_id}", str(ids["project_id"]))
    path = path.replace("{assignment_id}", str(ids["project_id"]))
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body: dict[str, str] | None = {} if method in ("post", "put", "patch") else None
    with httpx.stream(method.upper(), stack.url + path, headers=headers, json=body, timeout=20) as answer:
        if "event-stream" not in answer.headers.get("content-type", ""):  # that one has no end
            answer.read()
        return answer


def routes(stack: Stack, stated: str) -> dict[str, str | None]:
    document = httpx.get(f"{stack.url}/api/v1/openapi.json").json()
    return {
        f"{method} {path}": operation.get(stated)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def test_every_route_states_the_access_of_the_table(stack: Stack) -> None:
    assert routes(stack, "x-access") == LEAST


def test_every_route_that_asks_who_calls_tells_of_refusals(stack: Stack) -> None:
    document = httpx.get(f"{stack.url}/api/v1/openapi.json").json()
    told = {
        f"{method} {path}": {"401", "403"} <= operation["responses"].keys()
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if operation["x-access"] != "public"
    }
    assert told == dict.fromkeys(told, True)


@pytest.mark.parametrize("caller", CALLERS)
def test_every_route_lets_in_whom_the_table_says(stack: Stack, caller: str) -> None:
    person = None if caller == "anonymous" else stack.person(admin=caller == "admin")
    ids = world(person, caller)
    # What destroys comes last; the project, on which all else hangs, last of all.
    last = "delete /api/v1/projects/{project_id}"
    ordered = sorted(LEAST, key=lambda route: (route.startswith("delete"), route == last))
    found = {route: outcome(call(stack, route, ids, person.token if person else None)) for route in ordered}
    assert found == {route: verdict(caller, LEAST[route]) for route in ordered}


def test_an_unknown_object_looks_like_somebody_elses(stack: Stack, owner: Person) -> None:
    ids = world(None, "")
    theirs = call(stack, "get /api/v1/projects/{project_id}", ids, owner.token)
    unknown = call(stack, "get /api/v1/projects/{project_id}", {"project_id": ids["job_id"]}, owner.token)
    assert (theirs.status_code, theirs.json()) == (unknown.status_code, unknown.json())


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
def test_a_cookie_counts_for_our_own_pages_only(stack: Stack, said: dict[str, str], status: int) -> None:
    person = stack.person()
    with httpx.Client(base_url=stack.url) as browser:
        login = {"email": person.user.email, "password": "correct horse"}
        assert browser.post("/api/v1/auth/login", json=login).is_success
        asked = {"name": "x"}
        answer = browser.post("/api/v1/tokens", json=asked, headers=said)
        own = browser.post("/api/v1/tokens", json=asked, headers={"Origin": stack.url})
    assert (answer.status_code, own.status_code) == (status, 201)


def test_a_call_that_changes_something_by_cookie_says_where_it_comes_from(stack: Stack) -> None:
    person = stack.person()
    with httpx.Client(base_url=stack.url) as program:
        login = {"email": person.user.email, "password": "correct horse"}
        assert program.post("/api/v1/auth/login", json=login).is_success
        refused = program.patch("/api/v1/me", json={"name": "x"})
        by_token = {"Authorization": f"Bearer {person.token}"}
        assert program.patch("/api/v1/me", json={"name": "x"}, headers=by_token).is_success
        assert program.get("/api/v1/me").is_success
    error = refused.json()["error"]
    assert (refused.status_code, error["code"]) == (403, "origin_missing")
    assert "Authorization: Bearer" in error["message"]


def test_signing_out_ends_the_session(stack: Stack) -> None:
    person = stack.person()
    with httpx.Client(base_url=stack.url) as browser:
        browser.post("/api/v1/auth/login", json={"email": person.user.email, "password": "correct horse"})
        cookie = browser.cookies["nextbatch_session"]
        assert browser.get("/api/v1/me").is_success
        assert browser.post("/api/v1/auth/logout", headers={"Origin": stack.url}).is_success
    again = httpx.get(f"{stack.url}/api/v1/me", cookies={"nextbatch_session": cookie})
    assert again.status_code == 401


def test_a_wrong_password_is_refused(stack: Stack) -> None:
    person = stack.person()
    answer = httpx.post(
        f"{stack.url}/api/v1/auth/login", json={"email": person.user.email, "password": "wrong"}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthenticated")

"""The API's connections to the database: fewer than callers, and sometimes lost."""

import http.client
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from urllib.parse import urlsplit

from sqlalchemy import text

from app.config import get_settings
from app.db.session import unit_of_work
from tests.service.test_labelling import say, take
from tests.stack import MakeProject, Person, Project, Stack

CONNECTIONS = get_settings().database_connections
MANY = 3 * CONNECTIONS


def test_more_callers_than_connections_are_all_answered(stack: Stack) -> None:
    # Somebody without the many projects of all other tests, which would be listed each time.
    headers = {"Authorization": f"Bearer {stack.person().token}"}

    def ask(_: int) -> set[int]:
        with closing(http.client.HTTPConnection(urlsplit(stack.url).netloc, timeout=60)) as line:
            found = set()
            for _ in range(5):
                line.request("GET", "/api/v1/projects", headers=headers)
                answer = line.getresponse()
                answer.read()
                found.add(answer.status)
            return found

    with ThreadPoolExecutor(MANY) as callers:
        assert set().union(*callers.map(ask, range(MANY))) == {200}


@contextmanager
def slow_upload(stack: Stack, owner: Person, project: Project) -> Iterator[None]:
    """An upload whose bytes do not come."""
    line = http.client.HTTPConnection(urlsplit(stack.url).netloc, timeout=60)
    line.putrequest("POST", f"/api/v1/projects/{project.id}/imports")
    line.putheader("Authorization", f"Bearer {owner.token}")
    line.putheader("Content-Type", "multipart/form-data; boundary=cut")
    line.putheader("Content-Length", "1000")
    line.endheaders(b"--cut\r\n")
    yield
    line.close()


def test_slow_uploads_keep_nobody_waiting(stack: Stack, owner: Person, make_project: MakeProject) -> None:
    project = make_project(pool=2)
    with ExitStack() as open_lines:
        for _ in range(CONNECTIONS + 5):
            open_lines.enter_context(slow_upload(stack, owner, project))
        answer = owner.client.request("GET", "/me", timeout=20)
    assert answer.status_code == 200


def test_connections_that_were_lost_while_idle_are_replaced_unseen(owner: Person) -> None:
    with ThreadPoolExecutor(8) as callers:
        set(callers.map(lambda _: owner.client.request("GET", "/me"), range(20)))
    with unit_of_work() as work:
        others = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        work.session.execute(others)
    time.sleep(1.5)  # longer than connections are trusted
    assert [owner.client.request("GET", "/me").status_code for _ in range(20)] == [200] * 20


def test_an_annotator_does_not_notice_that_the_event_loops_connections_were_lost(
    owner: Person, make_project: MakeProject
) -> None:
    project = make_project(pool=8, plan="random")
    project.start_cycle(budget=6)
    held = take(owner, project, 2)
    with unit_of_work() as work:
        others = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        work.session.execute(others)
    time.sleep(1.5)  # longer than connections of threads are trusted
    say(owner, held[0]["id"], "3")
    assert [item["id"] for item in take(owner, project, 1)] == [held[1]["id"]]

"""Who follows a project hears of it as long as they may."""

import httpx
import pytest

from app.domain.enums import Role
from tests.stack import MakeProject, Project, Stack


@pytest.mark.timeout(60)
def test_who_leaves_a_project_hears_no_more_of_it(stack: Stack, make_project: MakeProject) -> None:
    project: Project = make_project()
    person = stack.person()
    project.add(person, Role.ANNOTATOR)
    headers = {"Authorization": f"Bearer {person.token}"}
    path = f"{stack.url}/api/v1/projects/{project.id}"
    with httpx.stream("GET", f"{path}/events", headers=headers, timeout=30) as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith("event: ")
        project.client.call("DELETE", f"/projects/{project.id}/members/{person.user.id}")
        assert list(lines)[-1] == ""  # the end: a stream that went on would run into the time limit
    assert httpx.get(f"{path}/events", headers=headers).status_code == 404

"""`nextbatch prune`, beside a running service."""

import os
from uuid import UUID

from typer.testing import CliRunner

from app.cli import app
from app.db.models import Job
from app.domain.enums import JobKind, JobStatus
from tests.service.test_retention import add, aged, old_job, there
from tests.stack import MakeProject, Stack


def prune(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["prune", *arguments], catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


def test_it_tells_first_and_removes_when_told_to(stack: Stack, make_project: MakeProject) -> None:
    project = make_project()
    job, sha = old_job(project, JobKind.IMPORT), aged(os.urandom(1000))
    file = stack.data_dir / "blobs" / sha[:2] / sha[2:4] / sha
    young = add(Job(project_id=UUID(project.id), kind=JobKind.IMPORT, status=JobStatus.SUCCEEDED)).id
    assert "Nothing was removed" in prune("--job-days", "3000")
    assert (there(Job, job), file.exists()) == (True, True)
    prune("--job-days", "3000", "--yes")
    assert (there(Job, job), there(Job, young), file.exists()) == (False, True, False)

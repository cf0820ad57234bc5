"""`nextbatch backup` and `nextbatch restore`, as people type them, with embedded servers."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.demo.client import Client
from tests.command.test_command import read_until, stop
from tests.service.test_history import with_history
from tests.stack import MakeProject, Person, Stack

COMMAND = [sys.executable, "-c", "from app.cli import app; app()"]


@pytest.fixture
def new_dir() -> Iterator[Path]:
    # PostgreSQL's socket must have a short path, which pytest's folders do not.
    with tempfile.TemporaryDirectory(prefix="nb") as name:
        yield Path(name)


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("NEXTBATCH_")}
    return bare | {"NEXTBATCH_DATA_DIR": str(data_dir), "COLUMNS": "200"} | more


def run(*arguments: str, env: dict[str, str]) -> tuple[int, str]:
    done = subprocess.run([*COMMAND, *arguments], env=env, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_a_restored_service_answers_as_the_old_one_and_can_be_backed_up_while_it_runs(
    stack: Stack, owner: Person, make_project: MakeProject, tmp_path: Path, new_dir: Path
) -> None:
    project = with_history(make_project)
    folder = str(tmp_path / "backup")
    code, text = run(
        "backup", folder, env=environment(stack.data_dir, NEXTBATCH_DATABASE_URL=stack.database_url)
    )
    assert code == 0, text
    code, text = run("restore", folder, env=environment(new_dir))
    assert code == 0, text
    code, text = run("restore", folder, env=environment(new_dir))
    assert (code, "not empty" in text) == (1, True)

    image = project.client.call("GET", f"/projects/{project.id}/images")["items"][0]["id"]
    paths = ["", "/labels", "/annotations", "/images", "/cycles", "/audit-events", "/members", "/storage"]
    asked = [*(f"/projects/{project.id}{path}" for path in paths), f"/images/{image}/history"]
    thumb = f"/images/{image}/content?size=thumb"
    up = subprocess.Popen(
        [*COMMAND, "up", "--port", "0"], env=environment(new_dir), stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    url = re.search(r"http://\S+:\d+", read_until(up, "Ctrl-C stops it"))
    assert url
    try:
        with closing(Client(url[0], owner.token)) as there:
            assert [there.call("GET", path) for path in asked] == [
                project.client.call("GET", path) for path in asked
            ]
            assert there.request("GET", thumb).content == project.client.request("GET", thumb).content
            code, text = run("backup", str(tmp_path / "second"), env=environment(new_dir))
            assert code == 0, text
            assert there.call("GET", asked[0]) == project.client.call("GET", asked[0])
    finally:
        stop(up)

"""The whole service on real servers: PostgreSQL, Valkey, API, worker and scheduler as processes."""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from app.config import get_settings
from app.db.migrate import migrate
from app.db.models import User
from app.db.session import let_go, unit_of_work
from app.demo.client import Client
from app.domain.enums import Role
from app.embedded import free_port, servers
from app.schemas.accounts import TokenCreate, UserCreate
from app.services import accounts, secrets
from app.supervisor import Supervisor
from tests.digits import digits, zip_of

PASSWORD = "correct horse"
# Nobody wants to guess the password above. To hash it as the service does takes a quarter of a second, and so
# does each signing in; how a hash was made is part of it, so the service checks these as well.
QUICK = PasswordHash([Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)])
# Only the first is a number that may be connected to; the others lead to it by a name.
WEB_HOSTS = ("127.0.0.1", "localhost", "2130706433")


@dataclass
class Person:
    """Somebody with an account."""

    user: User
    token: str
    client: Client


@dataclass
class Stack:
    """The running service."""

    url: str
    data_dir: Path
    supervisor: Supervisor
    database_url: str
    redis_url: str
    buckets_port: int  # where S3 is spoken, while a test has it started
    web_port: int  # where a web server may be
    opened: list[Client] = field(default_factory=list)

    def children_of_jobs(self) -> list[int]:
        """The processes in which jobs run now: children of the fork server, which is the worker's child."""
        worker = psutil.Process(self.supervisor.process("worker").pid)
        servers = [p for p in worker.children() if "forkserver" in " ".join(p.cmdline())]
        return [child.pid for server in servers for child in server.children()]

    def person(self, *, admin: bool = False) -> Person:
        email = f"{uuid4().hex}@example.org"
        with pytest.MonkeyPatch.context() as patch, unit_of_work() as work:
            patch.setattr(secrets, "_hasher", lambda: QUICK)
            new = UserCreate(email=email, name="Someone", password=PASSWORD, is_admin=admin)
            user = accounts.create_user(work.session, new)
            _, token = accounts.create_token(work.session, user, TokenCreate(name="test"))
        client = Client(self.url, token)
        self.opened.append(client)
        return Person(user, token, client)


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    # PostgreSQL's socket must have a short path, which pytest's folders do not.
    with tempfile.TemporaryDirectory(prefix="nb") as name:
        folder = Path(name)
        imports = folder / "imports"
        imports.mkdir()
        buckets_port, web_port = free_port(), free_port()
        with servers(folder, None, None) as (database_url, redis_url):
            environment = {
                "NEXTBATCH_DATABASE_URL": database_url,
                "NEXTBATCH_REDIS_URL": redis_url,
                "NEXTBATCH_DATA_DIR": str(folder),
                "NEXTBATCH_IMPORT_ROOTS": f'["{imports}"]',
                "NEXTBATCH_IMPORT_URLS": json.dumps(
                    ["s3://pictures/open/", *(f"http://{host}:{web_port}/open" for host in WEB_HOSTS)]
                ),
                "AWS_ENDPOINT_URL": f"http://127.0.0.1:{buckets_port}",
                "AWS_ACCESS_KEY_ID": "tests",
                "AWS_SECRET_ACCESS_KEY": "tests",
                "AWS_DEFAULT_REGION": "us-east-1",
                "NEXTBATCH_SWEEP_SECONDS": "1",
                "NEXTBATCH_STALE_SECONDS": "4",
                "NEXTBATCH_HEARTBEAT_SECONDS": "1",
                "NEXTBATCH_SHARD_IMAGES": "256",
            }
            os.environ.update(environment)
            get_settings.cache_clear()
            migrate(database_url)
            supervisor = Supervisor(environment, "127.0.0.1", free_port(), folder / "logs", print)
            with supervisor.running():
                running = Stack(
                    *(supervisor.url, folder, supervisor, database_url, redis_url),
                    *(buckets_port, web_port),
                )
                yield running
                for client in running.opened:
                    client.close()
            let_go()


@pytest.fixture(scope="session")
def owner(stack: Stack) -> Person:
    return stack.person()


@dataclass
class Project:
    """A project, and the truth about its images."""

    id: str
    client: Client
    truth: dict[str, str]

    def add(self, person: Person, role: Role) -> None:
        members = self.client.call("GET", f"/projects/{self.id}/members")["items"]
        wanted = [{"email": m["email"], "role": m["role"]} for m in members]
        wanted.append({"email": person.user.email, "role": role.value})
        self.client.call("PUT", f"/projects/{self.id}/members", json={"members": wanted})

    def wait(self, job: dict[str, dict[str, str]]) -> dict[str, object]:
        return self.client.wait_for_job(job["job"]["id"], quiet)

    def rank(self, pool_batches: int = 3) -> str:
        body = {"task": "rotation", "pool_batches": pool_batches, "epochs": 1}
        run = self.client.call("POST", f"/projects/{self.id}/pretext-runs", json=body)
        self.wait(run)
        return str(run["pretext_run"]["id"])

    def start_cycle(self, budget: int) -> dict[str, Any]:
        self.wait(self.client.call("POST", f"/projects/{self.id}/cycles", json={"budget": budget}))
        return self.client.open_cycle(self.id, quiet)


def quiet(_part: float, _message: str) -> None:
    pass


MakeProject = Callable[..., Project]


@pytest.fixture
def make_project(owner: Person, tmp_path: Path) -> MakeProject:
    return partial(new_project, owner, tmp_path)


@pytest.fixture
def asked(make_project: MakeProject) -> Project:
    """A project whose first cycle waits for six answers."""
    project = make_project(pool=8, plan="random")
    project.start_cycle(budget=6)
    return project


def new_project(owner: Person, folder: Path, pool: int = 0, test: int = 0, **settings: object) -> Project:
    """A project of digits; its files are made in a folder."""
    body = {
        "name": uuid4().hex,
        "classes": [{"name": str(digit)} for digit in range(10)],
        "settings": {"image_size": 16, "task_epochs": 1, "flip": False, "budget": 5} | settings,
    }
    project = owner.client.call("POST", "/projects", json=body)["id"]
    entries = digits()
    truth = {hashlib.sha256(data).hexdigest(): label for data, label in entries}
    for labels, some in (("ignore", entries[:pool]), ("test", entries[pool : pool + test])):
        if some:
            path = zip_of(folder / f"{labels}.zip", some)
            owner.client.wait_for_job(owner.client.upload(project, path, labels), quiet)
    return Project(project, owner.client, truth)

"""A project whose cycles run by themselves, and waiting for it."""

import hashlib
import tempfile
import time
from pathlib import Path
from uuid import uuid4

import httpx

from app.db.session import unit_of_work
from app.demo.client import ApiError, Client
from app.schemas.accounts import TokenCreate, UserCreate
from app.services import accounts
from tests.digits import digits, zip_of

POOL, TEST = 150, 40
CALM_SECONDS = 240.0
SETTINGS = {
    "image_size": 16,
    "task_epochs": 12,
    "flip": False,
    "budget": 12,
    "overlap": 2,
    "lease_minutes": 5,
}


class Loop:
    """Makes projects and people."""

    def __init__(self, url: str) -> None:
        self.url = url
        entries = digits()[: POOL + TEST]
        self.truth = {hashlib.sha256(data).hexdigest(): label for data, label in entries}
        self._entries = entries
        self._emails: dict[str, str] = {}
        _, token = self.person(admin=True)
        self._client = Client(url, token)

    def person(self, *, admin: bool = False) -> tuple[str, str]:
        """An account: its id and a token."""
        email = f"{uuid4().hex}@example.org"
        with unit_of_work() as work:
            new = UserCreate(email=email, name="Someone", password="correct horse", is_admin=admin)
            user = accounts.create_user(work.session, new)
            _, token = accounts.create_token(work.session, user, TokenCreate(name="test"))
        self._emails[str(user.id)] = email
        return str(user.id), token

    def project(self, people: list[tuple[str, str]]) -> str:
        """A project with a ranked pool, whose first cycle is asked for."""
        body = {"name": uuid4().hex, "classes": [{"name": str(n)} for n in range(10)], "settings": SETTINGS}
        project = str(self._client.call("POST", "/projects", json=body)["id"])
        members = self._client.call("GET", f"/projects/{project}/members")["items"]
        wanted = [{"email": m["email"], "role": m["role"]} for m in members]
        wanted += [{"email": self._emails[user], "role": "annotator"} for user, _ in people]
        self._client.call("PUT", f"/projects/{project}/members", json={"members": wanted})
        with tempfile.TemporaryDirectory() as folder:
            for labels, some in (("ignore", self._entries[:POOL]), ("test", self._entries[POOL:])):
                path = zip_of(Path(folder) / f"{labels}.zip", some)
                self._client.wait_for_job(self._client.upload(project, path, labels), lambda *_: None)
        run = {"task": "rotation", "pool_batches": 3, "epochs": 4}
        job = self._client.call("POST", f"/projects/{project}/pretext-runs", json=run)["job"]["id"]
        self._client.wait_for_job(job, lambda *_: None)
        self._client.call("POST", f"/projects/{project}/cycles", json={"budget": SETTINGS["budget"]})
        return project

    def calm(self, project: str, cycles: int) -> int:
        """Wait, without helping, until so many cycles are done and none is in training; returns how many are.

        Raises TimeoutError: the loop has stopped.
        """
        until = time.monotonic() + CALM_SECONDS
        while time.monotonic() < until:
            try:
                found = self._client.call("GET", f"/projects/{project}/cycles?limit=1000")["items"]
            except (ApiError, httpx.HTTPError, ValueError):
                found = []
            done: int = sum(cycle["state"] == "done" for cycle in found)
            if done >= cycles:
                return done
            time.sleep(0.3)
        raise TimeoutError(f"The loop does not go on: {found}")

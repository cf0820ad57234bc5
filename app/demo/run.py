"""The demo's story: a project with three cycles behind it, and a fourth that waits for you."""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from app.db.session import unit_of_work
from app.demo.client import Client, Told
from app.demo.images import Prepared, prepare
from app.demo.replay import answer_queue
from app.domain.plans import RECOMMENDED
from app.schemas.accounts import TokenCreate, UserCreate
from app.services import accounts

EMAIL = "demo@nextbatch.local"
CYCLES = 3
POOL_BATCHES = 10


def run(url: str, source: Path | None, folder: Path, console: Console) -> dict[str, Any]:
    """Play the story once a data folder and source; returns address, login and project."""
    known = folder / "demo.json"
    state: dict[str, Any] = json.loads(known.read_text()) if known.exists() else {}
    name = str(source.resolve()) if source else "digits"
    if "password" not in state:
        state |= _account()
        _save(known, state)
    client = Client(url, state["token"])
    try:
        projects = state.setdefault("projects", {})
        if name not in projects:
            projects[name] = _play(client, source, folder, console)
            _save(known, state)
        return {"email": EMAIL, "password": state["password"], "project": projects[name]}
    finally:
        client.close()


def _save(path: Path, state: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)  # it holds a password
    path.write_text(json.dumps(state))


def _account() -> dict[str, str]:
    password = secrets.token_urlsafe(9)
    with unit_of_work() as work:
        user = accounts.user_by_email(work.session, EMAIL)
        if user is None:
            new = UserCreate(email=EMAIL, name="Demo", password=password, is_admin=True)
            user = accounts.create_user(work.session, new)
        else:  # the note with the password was lost
            accounts.set_password(work.session, user, password)
        _, token = accounts.create_token(work.session, user, TokenCreate(name="demo"))
    return {"password": password, "token": token}


def _play(client: Client, source: Path | None, folder: Path, console: Console) -> str:
    with _bars(console) as bar:
        with bar("Preparing images"):
            prepared = prepare(source, folder / "images")
        settings, budget = _settings(source, prepared)
        body = {
            "name": "Digits" if source is None else source.stem,
            "classes": [_class(name) for name in prepared.classes],
            "settings": settings,
        }
        project = str(client.call("POST", "/projects", json=body)["id"])
        for what, path, labels in (
            ("Importing the pool", prepared.pool, "ignore"),
            ("Importing the test split", prepared.test, "test"),
        ):
            with bar(what) as told:
                client.wait_for_job(client.upload(project, path, labels), told)
        with bar("Pretext run: rotation") as told:
            asked = {"task": "rotation", "pool_batches": POOL_BATCHES}
            run = client.call("POST", f"/projects/{project}/pretext-runs", json=asked)
            client.wait_for_job(run["job"]["id"], told)
        client.call("POST", f"/projects/{project}/cycles", json={"budget": budget})
        truth = prepared.labels()
        for number in range(1, CYCLES + 1):
            with bar(f"Cycle {number}: query") as told:
                client.open_cycle(project, told)
            with bar(f"Cycle {number}: labels") as told:
                answer_queue(client, project, truth, told)
            with bar(f"Cycle {number}: training") as told:
                cycle = client.call("GET", f"/projects/{project}/cycles?limit=1000")["items"][number - 1]
                client.wait_for_job(cycle["training_job_id"], told)
        with bar(f"Cycle {CYCLES + 1}: query") as told:
            client.open_cycle(project, told)
    _tell_curve(client, project, console)
    return project


def _settings(source: Path | None, prepared: Prepared) -> tuple[dict[str, Any], int]:
    size = len(prepared.labels())
    budget = max(10, min(200, size // POOL_BATCHES // 4))
    # A mirrored digit is another sign; of other images we know nothing, and most may be mirrored.
    return {"plan": RECOMMENDED, "budget": budget, "flip": source is not None}, budget


def _class(name: str) -> dict[str, str]:
    return {"name": name, "hotkey": name} if len(name) == 1 and name.isdigit() else {"name": name}


def _tell_curve(client: Client, project: str, console: Console) -> None:
    for cycle in client.call("GET", f"/projects/{project}/cycles")["items"]:
        if model := cycle["model"]:
            accuracy = model["metrics"]["accuracy"]
            console.print(
                f"  cycle {cycle['number']}: {model['label_count']:>5} labels, accuracy {accuracy:.1%}"
            )


@contextmanager
def _bars(console: Console) -> Iterator[Any]:
    columns = (
        SpinnerColumn(finished_text="✓"),
        TextColumn("{task.description:<26}"),
        BarColumn(bar_width=30),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[message]}"),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:

        @contextmanager
        def bar(what: str) -> Iterator[Told]:
            task = progress.add_task(what, total=1.0, message="")
            if not console.is_terminal:  # bars are for terminals, and would come out when all is over
                console.print(f"{what} ...")
            yield lambda part, message: progress.update(task, completed=part, message=message)
            progress.update(task, completed=1.0, message="")

        yield bar

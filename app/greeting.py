"""What the command says once the service runs."""

import secrets
from pathlib import Path

from rich.console import Console
from sqlalchemy import func, select

from app.db.models import User
from app.db.session import unit_of_work
from app.demo import run as demo
from app.schemas.accounts import UserCreate
from app.services import accounts

ADMIN = "admin@nextbatch.local"


def after_up(url: str, console: Console) -> None:
    """Print the address, and at the first start the login of a new administrator."""
    with unit_of_work() as work:
        if not work.session.scalar(select(func.count()).select_from(User)):
            password = secrets.token_urlsafe(12)
            new = UserCreate(email=ADMIN, name="Administrator", password=password, is_admin=True)
            accounts.create_user(work.session, new)
            console.print(f"Sign in as [bold]{ADMIN}[/bold] with [bold]{password}[/bold] (shown this once).")
    console.print(f"Nextbatch runs at [bold]{url}[/bold]; the API's documents are at {url}/api/docs")
    console.print("Ctrl-C stops it.")


def after_demo(url: str, source: Path | None, folder: Path, console: Console) -> None:
    """Play the demo, then print address, login and what to try next."""
    state = demo.run(url, source, folder, console)
    project = state["project"]
    lines = [
        "",
        f"Open      [bold]{url}/projects/{project}/label[/bold]",
        f"Sign in   [bold]{state['email']}[/bold]",
        f"Password  [bold]{state['password']}[/bold]",
        "",
        "Try next:",
        "  - label the open queue with the keyboard, and watch the next cycle begin by itself",
        f"  - see the learning curve at {url}/projects/{project}",
        f"  - read the API at {url}/api/docs",
        "",
        "Ctrl-C stops everything; the same command goes on with the same data.",
    ]
    for line in lines:
        console.print(line, soft_wrap=True)

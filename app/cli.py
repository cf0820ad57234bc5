"""The `nextbatch` command."""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from app import __version__
from app.backtest_command import backtest
from app.backup_command import backup, restore
from app.config import get_settings
from app.doctor_command import doctor
from app.prune_command import prune

app = typer.Typer(
    help="Nextbatch asks your team to label the images that matter next.\n\n"
    "Start with `nextbatch demo`, or with `nextbatch up` for your own images.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
console = Console()
app.command()(backtest)
app.command()(prune)
app.command()(backup)
app.command()(restore)
app.command()(doctor)

Host = Annotated[str | None, typer.Option(help="Address to listen on; 0.0.0.0 lets other machines in.")]
Port = Annotated[int | None, typer.Option(help="Port to listen on; 0 takes any free one.", max=65535, min=0)]
DataDir = Annotated[
    Path | None, typer.Option(help="Folder of all data (NEXTBATCH_DATA_DIR; default: .nextbatch here).")
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show all logs here instead of in files.")]


@app.command()
def up(host: Host = None, port: Port = None, data_dir: DataDir = None, verbose: Verbose = False) -> None:
    """Start API, worker and scheduler, and stop them with Ctrl-C.

    Uses the PostgreSQL and Redis of NEXTBATCH_DATABASE_URL and NEXTBATCH_REDIS_URL where they are set, and
    otherwise starts its own in the data folder. The first start makes an administrator and prints the login.
    """
    _run(host, port, data_dir, verbose, demo=None)


@app.command()
def demo(
    data: Annotated[
        Path | None, typer.Argument(help="ImageFolder tree or zip with train/ and test/; none: digits.")
    ] = None,
    host: Host = None,
    port: Port = None,
    data_dir: DataDir = None,
    verbose: Verbose = False,
) -> None:
    """Start everything with a project of real images and a queue that waits for you.

    Trains a rotation pretext run, replays known labels for three cycles so that a learning curve exists, and
    opens the fourth. The same command again goes on with the same data.
    """
    if data is not None and not data.exists():
        raise typer.BadParameter(f"There is no file or folder {data}.", param_hint="DATA")
    _run(host, port, data_dir, verbose, demo=(data,))


def _run(
    host: str | None, port: int | None, data_dir: Path | None, verbose: bool, demo: tuple[Path | None] | None
) -> None:
    # Imported here: `nextbatch --help` should not wait for database drivers.
    from app import greeting  # noqa: PLC0415
    from app.service import PortTaken, service, stop_on_signals  # noqa: PLC0415
    from app.supervisor import AlreadyRunning  # noqa: PLC0415

    if data_dir is not None:
        os.environ["NEXTBATCH_DATA_DIR"] = str(data_dir)
        get_settings.cache_clear()
    settings = get_settings()
    try:
        with (
            stop_on_signals(),
            service(host=host or settings.host, port=port, verbose=verbose, say=console.print) as supervisor,
        ):
            if demo is not None:
                greeting.after_demo(supervisor.url, demo[0], settings.data_dir.resolve() / "demo", console)
            else:
                greeting.after_up(supervisor.url, console)
            supervisor.watch(until=lambda: False)
        console.print("Stopped. Your data is kept.")
    except (AlreadyRunning, PortTaken, RuntimeError) as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(1) from error


@app.command()
def migrate() -> None:
    """Bring the database of NEXTBATCH_DATABASE_URL to this version's tables."""
    from app.db.migrate import migrate as upgrade  # noqa: PLC0415

    upgrade(_database_url())
    console.print("The database is up to date.")


@app.command("create-user")
def create_user(
    email: Annotated[str, typer.Argument(help="Email address to sign in with.")],
    name: Annotated[str | None, typer.Option(help="Name that others see; none: the address.")] = None,
    admin: Annotated[bool, typer.Option("--admin", help="May manage accounts and see all projects.")] = False,
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, envvar="NEXTBATCH_PASSWORD")
    ] = "",
) -> None:
    """Add an account to the database of NEXTBATCH_DATABASE_URL."""
    from pydantic import ValidationError  # noqa: PLC0415

    from app.db.session import unit_of_work  # noqa: PLC0415
    from app.domain.errors import DomainError  # noqa: PLC0415
    from app.schemas.accounts import UserCreate  # noqa: PLC0415
    from app.services import accounts  # noqa: PLC0415

    _database_url()
    try:
        new = UserCreate(email=email, name=name or email, password=password, is_admin=admin)
        with unit_of_work() as work:
            accounts.create_user(work.session, new)
    except ValidationError as error:
        details = "; ".join(f"{e['loc'][0]}: {e['msg']}" for e in error.errors())
        console.print(f"[red]{details}[/red]")
        raise typer.Exit(1) from error
    except DomainError as error:
        console.print(f"[red]{error.message}[/red]")
        raise typer.Exit(1) from error
    console.print(f"{new.email} can sign in now.")


@app.command()
def version() -> None:
    """Print the version."""
    console.print(__version__)


def _database_url() -> str:
    url = get_settings().database_url
    if not url:
        console.print("[red]Set NEXTBATCH_DATABASE_URL. (`nextbatch up` manages its own database.)[/red]")
        raise typer.Exit(1)
    return url

"""`nextbatch doctor`: looks a deployment over, and says what to do where something is ill."""

from contextlib import ExitStack
from typing import Annotated

import typer
from rich.console import Console

from app.config import get_settings

console = Console(highlight=False, soft_wrap=True)


def doctor(
    url: Annotated[
        str | None, typer.Option(help="Address that browsers open, such as https://nextbatch.example.org.")
    ] = None,
) -> None:
    """Check database, tables, clocks, workers, store, cookies and all that is configured; 1 if one is ill.

    Run it where the API runs, with its environment.
    """
    # Imported here: `nextbatch --help` should not wait for database drivers.
    from app.embedded import database  # noqa: PLC0415
    from app.services.doctor import examine  # noqa: PLC0415

    ill = 0
    settings = get_settings()
    embedded = settings.database_url is None
    with ExitStack() as stack:
        if embedded:
            stack.enter_context(database())
        for found in examine(url, embedded_broker=embedded and settings.redis_url is None):
            ill += found.wrong is not None
            console.print(f"{'ill' if found.wrong else 'ok':<4}{found.check}", markup=False)
            if found.wrong:
                console.print(f"    {found.wrong}\n    {found.advice}", markup=False)
    if ill:
        raise typer.Exit(1)

"""`nextbatch prune`: tells what is old and no longer needed, and removes it if told to."""

from typing import Annotated

import typer
from rich.console import Console

console = Console()


def prune(  # noqa: PLR0917  # options, all by name
    yes: Annotated[bool, typer.Option("--yes", help="Remove it; without, only tell.")] = False,
    job_days: Annotated[
        float, typer.Option(help="Ended imports, queries and trainings: their jobs and logs.", min=0)
    ] = 365,
    export_days: Annotated[float, typer.Option(help="Exports with their files.", min=0)] = 90,
    map_days: Annotated[float, typer.Option(help="Maps, but each project's last.", min=0)] = 90,
    label_check_days: Annotated[
        float, typer.Option(help="Label checks, but each project's last.", min=0)
    ] = 365,
    backtest_days: Annotated[
        float | None, typer.Option(help="Backtests with their reports; none: never.", min=0)
    ] = None,
    keep_models: Annotated[
        int | None,
        typer.Option(
            help="Weights of all but so many of each project's newest task models and pretext runs; their "
            "figures stay. None: all stay.",
            min=1,
        ),
    ] = None,
    grace_hours: Annotated[
        float, typer.Option(help="Files that nobody names stay while they are younger.", min=0)
    ] = 24,
) -> None:
    """Remove what is old and no longer needed, and files that nobody names; tells first, and asks for --yes.

    Never a label, an answer, an image, or the model that a project's next cycle needs. Works beside a running
    service.
    """
    # Imported here: `nextbatch --help` should not wait for database drivers.
    from app.embedded import database  # noqa: PLC0415
    from app.services import pruning  # noqa: PLC0415

    ages = pruning.Ages(
        jobs=job_days,
        exports=export_days,
        maps=map_days,
        label_checks=label_check_days,
        backtests=backtest_days,
        models=keep_models,
        grace_hours=grace_hours,
    )
    with database():
        for name, number in (pruning.remove(ages) if yes else pruning.count(ages)).items():
            console.print(f"{number:>8,}  {name}")
        files = pruning.unused_files(ages, really=yes)
    console.print(f"{files.count:>8,}  files that nobody names, {files.bytes / 2**20:,.1f} MiB")
    if files.in_use:
        console.print("A job or a backup runs, so files stay. Prune again when none does.")
    if not yes:
        console.print("Nothing was removed. `nextbatch prune --yes` removes this, and the files it names.")

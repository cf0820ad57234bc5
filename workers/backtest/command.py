"""The backtest as a process: `python -m workers.backtest.command FOLDER`, where `request.json` lies.

`nextbatch backtest` writes the request and starts this, because the command itself stays free of torch.
"""

import sys
from pathlib import Path

from pydantic import BaseModel
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from app.config import get_settings
from app.domain.backtest import BacktestConfig
from workers.backtest.cautions import cautions
from workers.backtest.digits import digits
from workers.backtest.labelled_set import NotBacktestable, read_labelled, set_of
from workers.backtest.repeat import assert_repeatable
from workers.backtest.report import report
from workers.backtest.run import bench_of, run
from workers.backtest.store import Store
from workers.backtest.write import write_report
from workers.images.limits import Limits


class Request(BaseModel):
    """What `request.json` says. `source` None stands for scikit-learn's digits."""

    source: Path | None
    config: BacktestConfig
    processes: int | None = None
    verify: bool = False


def main(folder: Path, console: Console) -> None:
    """Run the backtest of a folder, or go on with it, and write its report."""
    request = Request.model_validate_json((folder / "request.json").read_text())
    config = request.config
    columns = (
        SpinnerColumn(finished_text="✓"),
        TextColumn("{task.description:<18}"),
        BarColumn(bar_width=30),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
        TextColumn("[dim]{task.fields[message]}"),
    )
    with Progress(*columns, console=console) as bars:

        def stage(what: str) -> "Bar":
            return Bar(bars, what)

        with_images = stage("Reading images")
        cache = folder / "pixels"
        left_out: dict[str, int] = {}
        if request.source is None:
            found = digits(cache, config.image_size)
        else:
            found, left_out = read_labelled(request.source, cache, config.image_size, Limits(), with_images)
        with_images(1.0, "")
        data = set_of(config, request.source.stem if request.source else "digits", found, cache, left_out)
        for caution in cautions(config, data):
            bars.console.print(f"[yellow]{caution}[/yellow]")
        bench = bench_of(config, data, Store(folder / "store"), get_settings().numerics)
        run(bench, processes=request.processes, progress=stage("Replaying labels"))
        if request.verify:
            assert_repeatable(bench, stage("Repeating one"))
        writing = stage("Writing the report")
        numbers = report(bench)
        write_report(numbers, folder)
        writing(1.0, "")
    tell(numbers, console)
    console.print(f"\nReport: {folder / 'report.html'}")


class Bar:
    """A progress bar as a Progress."""

    def __init__(self, bars: Progress, what: str) -> None:
        self._bars = bars
        self._task = bars.add_task(what, total=1.0, message="")

    def __call__(self, part: float, message: str) -> None:
        """Show how far it is."""
        self._bars.update(self._task, completed=part, message=message)


def tell(numbers: dict[str, object], console: Console) -> None:
    """Print areas, best plan first."""
    curves = numbers["curves"]
    assert isinstance(curves, list)  # noqa: S101  # report() says so
    for curve in sorted(curves, key=lambda c: -c["area"]["mean"]):
        area, first, last = curve["area"], curve["points"][0], curve["points"][-1]
        spread = "" if area["std"] is None else f" ± {area['std']:.3f}"
        console.print(
            f"{curve['plan']:<18} area {area['mean']:.3f}{spread}   "
            f"{first['labels']} labels: {first['mean']:.1%}   {last['labels']} labels: {last['mean']:.1%}"
        )


if __name__ == "__main__":
    out = Console()
    try:
        main(Path(sys.argv[1]), out)
    except NotBacktestable as error:
        out.print(f"[red]{error.message}[/red] ({error.code})")
        sys.exit(1)
    except KeyboardInterrupt:
        out.print("Stopped. The same command goes on from here.")
        sys.exit(130)

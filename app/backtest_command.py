"""`nextbatch backtest`: writes the request, and starts the process that works on it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console

from app.backtest_recipe import in_words, read_recipe
from app.domain.backtest import BacktestConfig
from app.domain.enums import Balance, NearDuplicates
from app.domain.errors import DomainError
from app.domain.plans import NAMED_PLANS
from app.supervisor import SLEEPING_THREADS

console = Console()
_PLANS = (
    "Names of plans, with commas between: "
    + ", ".join(NAMED_PLANS)
    + ". Or @file.json with plans of your own."
)


def backtest(
    context: typer.Context,
    data: Annotated[
        str | None,
        typer.Argument(
            help="ImageFolder tree or zip (train/, test/), or `digits` for scikit-learn's. "
            "None: the recipe's own."
        ),
    ] = None,
    recipe: Annotated[
        Path | None,
        typer.Option(help="TOML file whose values take the place of defaults, as recipes/cifar10.toml."),
    ] = None,
    plans: Annotated[str, typer.Option(help=_PLANS)] = "pt4al,random,least-confidence,typiclust,nextbatch",
    budget: Annotated[int, typer.Option(help="Labels a cycle.", min=1)] = 100,
    cycles: Annotated[int, typer.Option(help="Cycles.", min=1)] = 10,
    seeds: Annotated[int, typer.Option(help="Repetitions; fewer than 5 are flagged.", min=1)] = 5,
    first_seed: Annotated[int, typer.Option(help="The first of the seeds.", min=0)] = 0,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the report and of all that is kept to go on from.")
    ] = None,
    image_size: Annotated[int, typer.Option(help="Side of the training images, pixels.", min=8)] = 32,
    backbone: Annotated[
        str | None, typer.Option(help="small_cnn, resnet18_small, resnet18; none: by device.")
    ] = None,
    pool_batches: Annotated[int | None, typer.Option(help="None: as many as cycles.", min=1)] = None,
    ask_once: Annotated[
        bool, typer.Option(help="Of images that show the same shot, ask for one a cycle.")
    ] = True,
    pretext_epochs: Annotated[int | None, typer.Option(help="None: chosen by the pool.", min=1)] = None,
    task_epochs: Annotated[int | None, typer.Option(help="None: chosen by the labels.", min=1)] = None,
    flip: Annotated[bool, typer.Option(help="Mirror images in training; off for digits and signs.")] = True,
    balance: Annotated[
        Balance, typer.Option(help="For classes with few labels: count them more, or show them more often.")
    ] = Balance.NONE,
    imbalance: Annotated[
        str | None, typer.Option(help="Pool images of each class, as 500,1000; repeated as needed.")
    ] = None,
    pool_limit: Annotated[int | None, typer.Option(help="Use only so many pool images.", min=2)] = None,
    ceiling: Annotated[bool, typer.Option(help="Train on all labels, too.")] = True,
    diagnostics: Annotated[bool, typer.Option(help="Loss correlation and embedding.")] = True,
    processes: Annotated[int | None, typer.Option(help="None: one a core, or one with a GPU.", min=1)] = None,
    verify: Annotated[bool, typer.Option(help="Replay one seed twice: the results must be equal.")] = False,
) -> None:
    """Show what each plan would have brought on images whose labels are known.

    Replays the labels as an oracle would, cycle by cycle, for every plan and seed, and writes report.html,
    report.json and PNG plots. Stopped or killed, the same command goes on where it was.
    """
    options = {
        "data": data,
        "plans": plans,
        "budget": budget,
        "cycles": cycles,
        "seeds": seeds,
        "first_seed": first_seed,
        "pool_batches": pool_batches,
        "image_size": image_size,
        "backbone": backbone,
        "pretext_epochs": pretext_epochs,
        "task_epochs": task_epochs,
        "flip": flip,
        "balance": balance,
        "ask_once": ask_once,
        "imbalance": imbalance,
        "pool_limit": pool_limit,
        "ceiling": ceiling,
        "diagnostics": diagnostics,
    }
    if recipe is not None:
        options = {name: value for name, value in options.items() if _given(context, name)}
    try:
        values = _values(read_recipe(recipe) if recipe else {}, options)
        data = values.pop("data", None)
        if data is None:
            raise typer.BadParameter(f"{recipe or 'The command'} names no images.", param_hint="DATA")
        config = BacktestConfig.model_validate(values)
    except ValidationError as error:
        raise typer.BadParameter(in_words(error)) from error
    except (DomainError, ValueError) as error:
        raise typer.BadParameter(str(error)) from error
    source = None if data == "digits" else Path(data).resolve()
    if source is not None and not source.exists():
        raise typer.BadParameter(f"There is no file or folder {data}.", param_hint="DATA")
    folder = (out or Path(f"backtest-{(recipe or source or Path(data)).stem}")).resolve()
    request = {
        "source": str(source) if source else None,
        "config": config.model_dump(mode="json"),
        "processes": processes,
        "verify": verify,
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "request.json").write_text(json.dumps(request, indent=1))
    # A process of its own: this command does not know torch.
    try:
        command = [sys.executable, "-m", "workers.backtest.command", str(folder)]
        done = subprocess.run(command, check=False, env=SLEEPING_THREADS | os.environ)  # noqa: S603
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    if done.returncode:
        raise typer.Exit(done.returncode)


def _given(context: typer.Context, name: str) -> bool:
    """Whether an option was given, and is not its default."""
    source = context.get_parameter_source(name)
    return source is not None and source.name != "DEFAULT"


def _values(base: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    """What a recipe says with options over it, as `BacktestConfig` takes it; raises ValueError."""
    values = base | options
    if "plans" in options:
        values["plans"] = _plans(options["plans"])
    if options.get("imbalance"):
        values["imbalance"] = [int(count) for count in options["imbalance"].split(",")]
    if "ask_once" in options:
        once = values.pop("ask_once")
        values["near_duplicates"] = NearDuplicates.ASK_ONCE if once else NearDuplicates.ASK_ALL
    for kind in ("pretext", "task"):
        if epochs := values.pop(f"{kind}_epochs", None):
            values[f"{kind}_training"] = values.get(f"{kind}_training", {}) | {"epochs": epochs}
    return values


def _plans(text: str) -> list[object]:
    """Names, or the plans of a JSON file; raises ValueError."""
    if not text.startswith("@"):
        return [name.strip() for name in text.split(",") if name.strip()]
    try:
        found = json.loads(Path(text[1:]).read_text())
    except OSError as error:
        raise ValueError(f"{text[1:]} cannot be read: {error.strerror}") from error
    if not isinstance(found, list):
        raise ValueError(f"{text[1:]} must hold a list of plans.")
    return found

"""The report's files: `report.json`, `report.html` (one file that needs nothing else) and PNG plots."""

import base64
import json
from io import BytesIO
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from matplotlib.figure import Figure

from workers.backtest.plots import FIGURES, colors

_DPI = 130


def write_report(report: dict[str, Any], folder: Path) -> None:
    """Write all files into `folder`."""
    (folder / "plots").mkdir(parents=True, exist_ok=True)
    pictures = {name: png(figure) for name, make in FIGURES.items() if (figure := make(report)) is not None}
    for name, data in pictures.items():
        (folder / "plots" / f"{name}.png").write_bytes(data)
    (folder / "report.json").write_text(json.dumps(report, indent=1))
    (folder / "report.html").write_text(page(report, pictures), encoding="utf-8")


def png(figure: Figure) -> bytes:
    """The bytes of a picture."""
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=_DPI)
    return buffer.getvalue()


def page(report: dict[str, Any], pictures: dict[str, bytes]) -> str:
    """The report as a page, pictures included. All text from outside is escaped."""
    environment = Environment(
        loader=PackageLoader("workers.backtest"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = lambda value: "?" if value is None else f"{100 * value:.1f}"
    environment.filters["number"] = lambda value, digits=3: "?" if value is None else f"{value:.{digits}f}"
    encoded = {name: base64.b64encode(data).decode() for name, data in pictures.items()}
    curves = sorted(report["curves"], key=lambda curve: -curve["area"]["mean"])
    return environment.get_template("report.html").render(
        report=report, pictures=encoded, curves=curves, colors=colors(report)
    )

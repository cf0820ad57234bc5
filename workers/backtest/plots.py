"""The pictures of a backtest's report, as matplotlib figures."""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

Report = dict[str, Any]

# Okabe and Ito's palette, told apart by colour-blind people; `random` is always grey, as the floor.
_COLORS = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#cc79a7",
    "#e69f00",
    "#56b4e9",
    "#7a5195",
    "#b8a800",
    "#2f9e44",
    "#ef5675",
)
_FLOOR = "#868e96"
_STYLES = ("-", "--", "-.", ":")


def colors(report: Report) -> dict[str, str]:
    """A colour for each plan."""
    names = [plan["name"] for plan in report["plans"] if plan["name"] != "random"]
    return {name: _COLORS[place % len(_COLORS)] for place, name in enumerate(names)} | {"random": _FLOOR}


def learning_curves(report: Report) -> Figure:
    """Mean accuracy over seeds and its 95 % interval, with the fully labelled model above."""
    figure, axes = _figure(7.6, 4.4)
    color = colors(report)
    for place, curve in enumerate(report["curves"]):
        points = curve["points"]
        labels = [p["labels"] for p in points]
        style = _STYLES[(place // len(_COLORS)) % len(_STYLES)]
        name = curve["plan"]
        means = [p["mean"] for p in points]
        axes.plot(labels, means, style, marker="o", markersize=3, color=color[name], label=name)
        if points[0]["low"] is not None:
            low, high = [p["low"] for p in points], [p["high"] for p in points]
            axes.fill_between(labels, low, high, color=color[name], alpha=0.12, linewidth=0)
    if report["ceiling"]:
        top = report["ceiling"]["mean"]
        label = f"all {report['data']['pool']:,} labels"
        axes.axhline(top, color="#212529", linewidth=1, linestyle=(0, (4, 3)), label=label)
    axes.set(xlabel="labels", ylabel="test accuracy")
    axes.set_ylim(*_span([p["mean"] for c in report["curves"] for p in c["points"]], report["ceiling"]))
    axes.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure


def areas(report: Report) -> Figure:
    """Area under the budget curve of each plan, a dot a seed, best plan first."""
    curves = sorted(report["curves"], key=lambda c: c["area"]["mean"])
    figure, axes = _figure(7.6, 0.7 + 0.38 * len(curves))
    color = colors(report)
    for row, curve in enumerate(curves):
        area, name = curve["area"], curve["plan"]
        axes.plot(
            curve["area_by_seed"],
            [row] * len(curve["area_by_seed"]),
            "o",
            color=color[name],
            alpha=0.35,
            markersize=4,
        )
        if area["low"] is not None:
            axes.plot([area["low"], area["high"]], [row, row], color=color[name], linewidth=2)
        axes.plot(area["mean"], row, "D", color=color[name], markersize=6)
    axes.set_yticks(range(len(curves)), [curve["plan"] for curve in curves])
    axes.set(xlabel="area under the budget curve (mean accuracy)")
    axes.set_xlim(*_span([value for c in curves for value in c["area_by_seed"]], None))
    return figure


def who_beats_whom(report: Report) -> Figure | None:
    """A matrix: at how many budgets the row's plan beats the column's significantly."""
    if not report["comparison"]:
        return None
    names = [curve["plan"] for curve in sorted(report["curves"], key=lambda c: -c["area"]["mean"])]
    if len(names) < 2:
        return None
    wins = np.zeros((len(names), len(names)))
    for row in report["comparison"]:
        wins[names.index(row["plan"]), names.index(row["against"])] = row["wins"]
    budgets = report["comparison"][0]["budgets"]
    side = 1.6 + 0.48 * len(names)
    figure, axes = _figure(side + 1.2, side)
    axes.imshow(wins, cmap="Blues", vmin=0, vmax=max(1, budgets))
    for r, c in np.ndindex(wins.shape):
        dark = wins[r, c] > budgets * 0.6
        axes.text(
            c,
            r,
            "·" if r == c else f"{wins[r, c]:.0f}",
            ha="center",
            va="center",
            color="white" if dark else "#212529",
            fontsize=9,
        )
    axes.set_xticks(range(len(names)), names, rotation=40, ha="right")
    axes.set_yticks(range(len(names)), names)
    axes.set(xlabel="loses to the row's plan", ylabel=f"wins, of {budgets} budgets")
    axes.grid(visible=False)
    return figure


def cold_start(report: Report) -> Figure:
    """Accuracy after the first cycle, mean and standard deviation."""
    rows = sorted(report["cold_start"], key=lambda r: r["mean"])
    figure, axes = _figure(7.6, 0.7 + 0.38 * len(rows))
    color = colors(report)
    for place, row in enumerate(rows):
        axes.barh(
            place,
            row["mean"],
            xerr=row["std"] or 0,
            color=color[row["plan"]],
            alpha=0.8,
            height=0.6,
            ecolor="#212529",
        )
    axes.set_yticks(range(len(rows)), [row["plan"] for row in rows])
    axes.set(xlabel=f"test accuracy with the first {rows[0]['labels']} labels")
    return figure


def loss_correlation(report: Report) -> Figure | None:
    """Pretext against cross-fitted task loss, an equal share of the images a dot (PT4AL, Figure 2)."""
    tasks = report.get("loss_correlation", {}).get("tasks", {})
    if not tasks:
        return None
    figure = Figure(figsize=(3.8 * len(tasks), 3.4), layout="constrained")
    for axes, (name, found) in zip(np.atleast_1d(figure.subplots(1, len(tasks))), tasks.items(), strict=True):
        _plain(axes)
        bins = np.array(found["bins"])
        axes.plot(bins[:, 0], bins[:, 1], "o", color=_COLORS[0], markersize=4, alpha=0.8)
        axes.set(xlabel=f"{name} loss, mean of a bin", ylabel="task loss, mean of a bin")
        axes.set_title(
            f"Pearson {_number(found['pearson'])}, Spearman {_number(found['spearman'])}",
            fontsize=9,
        )
    return figure


def embedding(report: Report) -> Figure | None:
    """Where the first picks of each plan lie among the pool's features (PT4AL, Figure 4)."""
    found = report.get("embedding")
    if not found:
        return None
    points, classes = np.array(found["points"]), np.array(found["classes"])
    names = list(found["picks"])
    columns = min(3, len(names))
    rows = -(-len(names) // columns)
    figure = Figure(figsize=(3.1 * columns, 3.1 * rows), layout="constrained")
    grid = np.atleast_1d(figure.subplots(rows, columns, squeeze=False)).ravel()
    for axes in grid:
        axes.set_axis_off()
    for axes, name in zip(grid, names, strict=False):
        axes.scatter(points[:, 0], points[:, 1], c=classes, cmap="tab20", s=4, alpha=0.5, linewidths=0)
        picked = found["picks"][name]
        axes.scatter(points[picked, 0], points[picked, 1], c="#212529", s=9, linewidths=0)
        axes.set_title(name, fontsize=9)
    return figure


def class_counts(report: Report) -> Figure:
    """How often each class was picked in all cycles, against its share of the pool."""
    names, pool = report["data"]["classes"], np.array(report["data"]["class_counts"], float)
    curves = report["curves"]
    shares = np.array([np.sum([p["class_counts"] for p in c["points"]], axis=0) for c in curves])
    shares = shares / np.maximum(shares.sum(axis=1, keepdims=True), 1) / np.maximum(pool / pool.sum(), 1e-9)
    return _heat(shares, [c["plan"] for c in curves], names, "share of picks, over share of the pool")


def pool_batch_classes(report: Report) -> Figure | None:
    """The class counts of each pool batch of the first plan that has any, hardest first."""
    batches = report.get("pool_batches") or {}
    if not batches:
        return None
    name, counts = next(iter(batches.items()))
    table = np.array(counts, float)
    pool = np.array(report["data"]["class_counts"], float)
    shares = table / np.maximum(table.sum(axis=1, keepdims=True), 1) / np.maximum(pool / pool.sum(), 1e-9)
    rows = [f"{name} {number}" for number in range(1, len(counts) + 1)]
    return _heat(shares, rows, report["data"]["classes"], "share of the pool batch, over share of the pool")


FIGURES: dict[str, Callable[[Report], Figure | None]] = {
    "learning-curves": learning_curves,
    "areas": areas,
    "who-beats-whom": who_beats_whom,
    "cold-start": cold_start,
    "loss-correlation": loss_correlation,
    "embedding": embedding,
    "class-counts": class_counts,
    "pool-batches": pool_batch_classes,
}


def _heat(values: Any, rows: list[str], columns: list[str], what: str) -> Figure:
    """A table of ratios, 1 in the middle; numbers are written where they fit."""
    figure, axes = _figure(min(14, 2.6 + 0.5 * len(columns)), 1.5 + 0.32 * len(rows))
    picture = axes.imshow(np.clip(values, 0, 3), cmap="RdBu_r", vmin=0, vmax=2, aspect="auto")
    if len(columns) <= 20:
        for r, c in np.ndindex(values.shape):
            far = abs(values[r, c] - 1) > 0.6
            axes.text(
                c,
                r,
                f"{values[r, c]:.1f}",
                ha="center",
                va="center",
                fontsize=7,
                color="white" if far else "#212529",
            )
        axes.set_xticks(range(len(columns)), columns, rotation=40, ha="right")
    axes.set_yticks(range(len(rows)), rows)
    axes.grid(visible=False)
    bar = figure.colorbar(picture, ax=axes, shrink=0.9)
    bar.set_label(what, fontsize=7)
    bar.ax.tick_params(labelsize=7)
    return figure


def _span(values: list[float], ceiling: dict[str, Any] | None) -> tuple[float, float]:
    """The range of an axis that shows all means; intervals of few seeds would hide them."""
    shown = [*values, *([ceiling["mean"]] if ceiling else [])]
    return max(0.0, min(shown) - 0.05), min(1.0, max(shown) + 0.03)


def _figure(width: float, height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots()
    _plain(axes)
    return figure, axes


def _plain(axes: Axes) -> None:
    """Few lines, light grid."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color=to_hex((0.9, 0.9, 0.9)), linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=8)


def _number(value: float | None) -> str:
    return "?" if value is None else f"{value:.2f}"

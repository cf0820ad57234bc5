"""The numbers of a backtest, gathered from its store: `report.json`."""

import os
import platform
from collections import Counter
from importlib.metadata import version
from typing import Any

import numpy as np
import torch

from app import __version__
from app.domain.enums import PoolScope
from app.domain.plans import Plan
from workers.backtest.cautions import cautions
from workers.backtest.diagnostics import FOLDS, cross_fitted_losses, embedding
from workers.backtest.replay import Bench, pool_batches, replay
from workers.backtest.run import ceiling, seeds_of
from workers.backtest.statistics import Curves, area, comparison, correlation, summary
from workers.ml.choice import Choice, processor
from workers.ml.said import parts_of


def report(bench: Bench) -> dict[str, Any]:
    """Everything that was found, as JSON takes it; the store must hold the whole backtest."""
    config, data = bench.config, bench.data
    plans, seeds = config.resolved_plans(), seeds_of(config)
    records = {plan.name: {seed: list(replay(bench, plan, seed)) for seed in seeds} for plan in plans}
    curves = [_curves(plan, records[plan.name]) for plan in plans]
    found: dict[str, Any] = {
        "data": {
            "name": data.name,
            "classes": data.classes,
            "pool": len(data.pool.ids),
            "validation": len(data.validation.ids),
            "test": len(data.test.ids),
            "left_out": data.left_out,
            "class_counts": _counts(data.pool.labels, len(data.classes)),
        },
        "config": config.model_dump(mode="json"),
        "plans": [plan.model_dump(mode="json") for plan in plans],
        "warnings": [str(caution) for caution in cautions(config, data)],
        "said": {"warnings": parts_of(cautions(config, data))},
        "machine": machine(bench),
        "curves": [_curve(bench, c, records[c.plan]) for c in curves],
        "comparison": comparison(curves) if len(seeds) > 1 else [],
        "cold_start": [{"plan": c.plan, "labels": c.labels[0], **summary(c.accuracy[:, 0])} for c in curves],
        "ceiling": summary(np.array([ceiling(bench, seed) for seed in seeds])) if config.ceiling else None,
        "picks": {
            name: {str(seed): [r["picked"] for r in rows] for seed, rows in of_seed.items()}
            for name, of_seed in records.items()
        },
    }
    if config.diagnostics:
        found |= _diagnostics(bench, plans, records)
    return found


def machine(bench: Bench) -> dict[str, Any]:
    """What this was computed on, and with."""
    packages = ("torch", "torchvision", "numpy", "scikit-learn", "scipy", "pillow")
    return {
        "nextbatch": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "processor": processor(),
        "cores": os.cpu_count(),
        "device": bench.device.type,
        "accelerator": torch.cuda.get_device_name() if bench.device.type == "cuda" else None,
        "backbone": bench.backbone,
        "numerics": _numerics(bench.choice),
        **{name: version(name) for name in packages},
    }


def _numerics(choice: Choice) -> str:
    """Memory format and precision, and how many times as fast as float32 in channels_last each was."""
    used = choice.numerics
    words = [used.memory_format, used.precision, *(["compiled"] if used.compiled else [])]
    measured = [f"{name} {ratio:g}x" for name, ratio in choice.measured.items()]
    return ", ".join(words) + (f" (measured: {', '.join(measured)})" if measured else "")


def _curves(plan: Plan, of_seed: dict[int, list[dict[str, Any]]]) -> Curves:
    """The budgets that all seeds reached."""
    cycles = min(len(rows) for rows in of_seed.values())
    accuracy = np.array([[r["test"]["accuracy"] for r in rows[:cycles]] for rows in of_seed.values()])
    labels = [r["labels"] for r in next(iter(of_seed.values()))[:cycles]]
    return Curves(plan.name, list(of_seed), labels, accuracy)


def _curve(bench: Bench, curves: Curves, of_seed: dict[int, list[dict[str, Any]]]) -> dict[str, Any]:
    classes = len(bench.data.classes)
    truth = bench.data.pool.truth
    rows = [of_seed[seed] for seed in curves.seeds]
    points = []
    for c, labels in enumerate(curves.labels):
        validation = [r[c]["validation"].get("accuracy") for r in rows]
        points.append(
            {
                "labels": labels,
                **summary(curves.accuracy[:, c]),
                "by_seed": curves.accuracy[:, c].tolist(),
                "validation": float(np.mean(validation)) if None not in validation else None,
                "balanced_accuracy": float(np.mean([r[c]["test"]["balanced_accuracy"] for r in rows])),
                "log_loss": float(np.mean([r[c]["test"]["log_loss"] for r in rows])),
                "expected_calibration_error": float(np.mean([r[c]["test"]["ece"] for r in rows])),
                "class_counts": (
                    np.mean([_counts([truth[i] for i in r[c]["picked"]], classes) for r in rows], axis=0)
                ).tolist(),
            }
        )
    return {
        "plan": curves.plan,
        "points": points,
        "area": summary(area(curves.labels, curves.accuracy)),
        "area_by_seed": area(curves.labels, curves.accuracy).tolist(),
    }


def _counts(labels: list[int], classes: int) -> list[int]:
    counted = Counter(labels)
    return [counted[label] for label in range(classes)]


def _diagnostics(bench: Bench, plans: list[Plan], records: dict[str, Any]) -> dict[str, Any]:
    """Loss correlation, pool batches and embedding, all of the first seed."""
    seed = seeds_of(bench.config)[0]
    task_losses = cross_fitted_losses(bench, seed).numpy()
    tasks: dict[str, Any] = {}
    batches: dict[str, Any] = {}
    for plan in plans:
        if not plan.needs_pretext_run:
            continue
        run = bench.pretext(plan, seed)
        if plan.pretext_task.value not in tasks:
            tasks[plan.pretext_task.value] = correlation(run.losses.double().numpy(), task_losses)
        if plan.scope is PoolScope.POOL_BATCH:
            batches[f"{plan.pretext_task.value} {plan.order.value}"] = _batch_classes(
                bench, pool_batches(bench, plan, seed, run)
            )
    return {
        "loss_correlation": {"folds": FOLDS, "seed": seed, "tasks": tasks},
        "pool_batches": batches,
        "embedding": _embedding(bench, plans, records, seed),
    }


def _batch_classes(bench: Bench, batch_of: dict[str, int]) -> list[list[int]]:
    """Class counts of each pool batch."""
    truth = bench.data.pool.truth
    classes = len(bench.data.classes)
    return [
        _counts([truth[image] for image, other in batch_of.items() if other == batch], classes)
        for batch in sorted(set(batch_of.values()))
    ]


def _embedding(bench: Bench, plans: list[Plan], records: dict[str, Any], seed: int) -> dict[str, Any]:
    """Points of pretext features, their classes, and which of them each plan picked first."""
    seen = next((plan for plan in plans if plan.needs_pretext_run), plans[0])
    place = {image: row for row, image in enumerate(bench.data.pool.ids)}
    first = {plan.name: [place[i] for i in records[plan.name][seed][0]["picked"]] for plan in plans}
    share = max(1, 1000 // max(1, len(plans)))
    wanted = [row for rows in first.values() for row in rows[:share]]
    found = embedding(bench.pretext(seen, seed).features, wanted, seed)
    shown = {row: point for point, row in enumerate(found["rows"])}
    return {
        "task": seen.pretext_task.value,
        "points": found["points"],
        "classes": [bench.data.pool.labels[row] for row in found["rows"]],
        "picks": {name: [shown[row] for row in rows if row in shown] for name, rows in first.items()},
    }

"""A backtest of a project's own labels, as a job."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select

from app.config import get_settings
from app.db import images, projects
from app.db.models import Backtest, Project
from app.db.session import unit_of_work
from app.domain.backtest import BacktestConfig
from app.domain.enums import Split
from app.storage.blobs import blob_store
from workers.backtest.labelled_set import Found, LabelledSet, set_of
from workers.backtest.report import report
from workers.backtest.run import bench_of
from workers.backtest.run import run as run_backtest
from workers.backtest.store import Store
from workers.backtest.write import write_report
from workers.ml.device import pick_device, tune
from workers.pipelines.backtest_folders import folder_of
from workers.pipelines.claim import Claim
from workers.pipelines.pixels import cached_images

_SPLITS = {Split.POOL: "train", Split.VALIDATION: "validation", Split.TEST: "test"}


def run(claim: Claim) -> None:
    """Replay, report, and keep the report; what was trained is kept until then, so that a retry goes on."""
    with unit_of_work() as work:
        row = work.session.scalars(select(Backtest).where(Backtest.job_id == claim.job_id)).one()
        config = BacktestConfig.model_validate(row.config)
    data = _labelled_set(claim, config)
    tune(pick_device())
    folder = folder_of(row.id)
    bench = bench_of(config, data, Store(folder), get_settings().numerics)
    run_backtest(bench, progress=claim.stage(0.05, 0.95))
    numbers = report(bench)
    with TemporaryDirectory() as name:
        write_report(numbers, Path(name))
        kept = {file: blob_store().put_file(Path(name) / file) for file in ("report.json", "report.html")}
    with claim.finish({"plans": len(config.plans), "seeds": config.seeds}) as work:
        backtest = work.session.get_one(Backtest, row.id)
        backtest.summary = summary_of(numbers)
        backtest.report_sha256, backtest.page_sha256 = kept["report.json"], kept["report.html"]
    shutil.rmtree(folder, ignore_errors=True)


def _labelled_set(claim: Claim, config: BacktestConfig) -> LabelledSet:
    """The project's labelled images; raises NotBacktestable."""
    with unit_of_work() as work:
        db = work.session
        name = db.get_one(Project, claim.project_id).name
        classes = {row.id: row.name for row in projects.classes(db, claim.project_id)}
        rows = images.labelled(db, claim.project_id, list(Split))
    found = [Found(sha, classes[class_id], _SPLITS[split]) for _, sha, class_id, split in rows]
    cached_images(claim.project_id, config.image_size, [f.sha for f in found], claim.stage(0, 0.05))
    folder = get_settings().data_dir.resolve() / "pixels" / str(claim.project_id)
    return set_of(config, name, found, folder)


def summary_of(numbers: dict[str, Any]) -> dict[str, Any]:
    """What lists and pages show of a report, best plan first."""
    curves = sorted(numbers["curves"], key=lambda curve: -curve["area"]["mean"])
    return {
        "areas": [
            {
                "plan": curve["plan"],
                "mean": curve["area"]["mean"],
                "std": curve["area"]["std"],
                "first": curve["points"][0]["mean"],
                "last": curve["points"][-1]["mean"],
            }
            for curve in curves
        ],
        "ceiling": numbers["ceiling"]["mean"] if numbers["ceiling"] else None,
        "warnings": numbers["warnings"],
        "said": numbers["said"],
    }

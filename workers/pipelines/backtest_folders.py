"""What a project's backtests keep on disk while they are not done, so that a retry goes on from there."""

import shutil
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, or_, select

from app.config import get_settings
from app.db.models import Backtest, Job
from app.db.session import unit_of_work
from app.domain.enums import JobStatus

KEPT_FOR = timedelta(days=7)


def folder_of(backtest_id: UUID) -> Path:
    """Return where a backtest keeps what it has trained."""
    return _root() / str(backtest_id)


def clear_backtest_folders() -> None:
    """Remove what no retry goes on from: backtests that are done, deleted, or ended badly a week ago."""
    root = _root()
    if not root.is_dir():
        return
    # Listed first: a backtest that begins now has its row already.
    there = {path.name for path in root.iterdir()}
    wanted = or_(
        Job.status.in_([JobStatus.QUEUED, JobStatus.RUNNING]),
        Job.status.in_([JobStatus.FAILED, JobStatus.CANCELLED]) & (Job.finished_at > func.now() - KEPT_FOR),
    )
    with unit_of_work() as work:
        query = select(Backtest.id).join(Job, Job.id == Backtest.job_id).where(wanted)
        kept = {str(backtest) for backtest in work.session.scalars(query)}
    for name in there - kept:
        shutil.rmtree(root / name, ignore_errors=True)


def _root() -> Path:
    return get_settings().data_dir.resolve() / "backtests"

"""What goes by itself when it is old, because nobody could miss it; `nextbatch prune` removes more."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import structlog
from sqlalchemy.exc import OperationalError

from app.config import get_settings
from app.db import partitions, retention
from app.db.session import unit_of_work

log = structlog.get_logger()
_EVERY_SECONDS = 3600.0
_looked = -_EVERY_SECONDS


def forget_old() -> None:
    """Do it, once an hour in each process that sweeps."""
    global _looked  # noqa: PLW0603  # of the process
    if time.monotonic() - _looked < _EVERY_SECONDS:
        return
    _looked = time.monotonic()
    forget_now(datetime.now(UTC))


def forget_now(now: datetime) -> None:
    """Make partitions of the months to come, and remove what is over; running this twice changes nothing."""
    settings = get_settings()
    with unit_of_work() as work:
        retention.delete_expired(work.session)
    _clear_checkpoints(now - timedelta(days=settings.keep_checkpoint_days))
    try:
        with unit_of_work() as work:
            partitions.make_ahead(work.session, now)
            before = now - timedelta(days=settings.keep_log_days)
            gone = partitions.drop_before(work.session, "job_lines", before)
    except OperationalError as error:  # somebody held a lock for too long: the next hour has it
        log.warning("partitions_busy", error=str(error.orig))
    else:
        if gone:
            log.info("job_lines_dropped", partitions=gone)


def _clear_checkpoints(ended_after: datetime) -> None:
    """Remove the checkpoints of jobs that have ended, as far as they lie on this machine."""
    files: dict[UUID, Path] = {}
    for path in (get_settings().data_dir / "checkpoints").glob("*.pt"):
        try:
            files[UUID(path.stem)] = path
        except ValueError:  # none of ours
            continue
    with unit_of_work() as work:
        wanted = retention.may_go_on(work.session, list(files), ended_after)
    for job_id in files.keys() - wanted:
        files[job_id].unlink(missing_ok=True)

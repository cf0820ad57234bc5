"""What an administrator lets go after a while, in small bites, and the files that nobody names then."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.orm import Session

from app.config import get_settings
from app.db import partitions, removal, retention
from app.db.session import unit_of_work
from app.domain.enums import JobKind
from app.storage.blobs import blob_store

_ROWS_AT_ONCE = 200
_FILES_AT_ONCE = 500


@dataclass(frozen=True)
class Ages:
    """After how many days ended jobs go, with what hangs on them; None: never."""

    jobs: float | None = 365
    exports: float | None = 90
    maps: float | None = 90
    label_checks: float | None = 365
    backtests: float | None = None
    models: int | None = None  # not days: how many of the newest models and pretext runs keep their weights
    grace_hours: float = 24  # a file that is younger may be one whose row is still to come


@dataclass
class Files:
    """Files of the store that no row names."""

    count: int = 0
    bytes: int = 0
    in_use: bool = False  # a job or a backup ran, so that some had to stay


def rows(ages: Ages) -> Iterator[tuple[str, Select[UUID]]]:
    """Name what is old, with the jobs on which it hangs."""
    kinds: list[tuple[str, float | None, tuple[JobKind, ...]]] = [
        ("imports, queries and trainings, as jobs with their logs", ages.jobs, retention.PLAIN),
        ("exports", ages.exports, (JobKind.EXPORT,)),
        ("maps", ages.maps, (JobKind.MAP,)),
        ("label checks", ages.label_checks, (JobKind.LABEL_CHECK,)),
        ("backtests", ages.backtests, (JobKind.BACKTEST,)),
    ]
    for name, days, of in kinds:
        if days is not None:
            yield name, retention.ended_jobs(of, datetime.now(UTC) - timedelta(days=days))


def count(ages: Ages) -> dict[str, int]:
    """Count what would go."""
    with unit_of_work() as work:
        found = {name: retention.count(work.session, some) for name, some in rows(ages)}
        found["months of job logs"] = len(_old_logs(work.session, really=False))
        if ages.models is not None:
            every = (retention.weights_of_models(ages.models), retention.weights_of_runs(ages.models))
            found["weights of models and pretext runs"] = sum(
                retention.count(work.session, some) for some in every
            )
    return found


def remove(ages: Ages) -> dict[str, int]:
    """Remove the rows, a few in a transaction; returns how many. Their files stay for `remove_files`."""
    gone = {name: _in_bites(_jobs(some)) for name, some in rows(ages)}
    with unit_of_work() as work:
        gone["months of job logs"] = len(_old_logs(work.session, really=True))
        if ages.models is not None:
            newest = max(1, ages.models)
            gone["weights of models and pretext runs"] = retention.forget_weights(work.session, newest)
    return gone


def _jobs(some: Select[UUID]) -> Callable[[Session], int]:
    return lambda session: retention.delete_jobs(session, some, _ROWS_AT_ONCE)


def _in_bites(bite: Callable[[Session], int]) -> int:
    total = 0
    while True:
        with unit_of_work() as work:
            gone = bite(work.session)
        total += gone
        if gone < _ROWS_AT_ONCE:
            return total


def _old_logs(session: Session, *, really: bool) -> list[str]:
    before = datetime.now(UTC) - timedelta(days=get_settings().keep_log_days)
    return partitions.drop_before(session, "job_lines", before, really=really)


def unused_files(ages: Ages, *, really: bool) -> Files:
    """Find the files that no row names and that are old enough; remove them if `really`.

    A job may have found such a file in the store, and be about to name it. So nothing is removed while one
    runs, and none begins between the look and the removal; likewise with backups.
    """
    store = blob_store()
    before = time.time() - 3600 * ages.grace_hours
    found = Files()
    listed = store.listed()
    while some := list(islice(listed, _FILES_AT_ONCE)):
        old = {one.sha for one in some if one.written < before}
        if not old:
            continue
        with unit_of_work() as work:
            if really and not removal.may_remove(work.session):
                found.in_use = True
                return found
            free = old - removal.referred(work.session, sorted(old))
            of_free = [one for one in some if one.sha in free]
            found.count += len(of_free)
            found.bytes += sum(one.bytes for one in of_free)
            if really:
                for sha in free:
                    store.delete_renditions(sha)
                    store.delete(sha)
    return found

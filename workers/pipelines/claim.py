"""What a pipeline holds while it works: the job, its fence, and the ways to tell and to save."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.exc import OperationalError

from app.db import jobs
from app.db.session import UnitOfWork, unit_of_work
from app.domain.enums import JobKind, JobStatus
from app.domain.said import Said
from app.traces import spans
from workers.ml.said import parts_of

log = structlog.get_logger()

_SECONDS_BETWEEN_REPORTS = 0.5
_SECONDS_BETWEEN_LINES = 10.0


class ClaimLost(Exception):
    """Somebody else has the job now; nothing more may be written."""


@dataclass
class Claim:
    """A running job, as its one rightful worker sees it."""

    job_id: UUID
    fence: int
    kind: JobKind
    project_id: UUID
    params: dict[str, Any]
    checkpoint: dict[str, Any] = field(default_factory=dict)
    attempts: int = 1
    _told: float = field(default=0.0, repr=False)
    _logged: float = field(default_factory=time.monotonic, repr=False)

    def progress(self, part: float, message: str) -> None:
        """Tell people how far the work is (0..1); at most twice a second reaches the database.

        The log hears of it once in a while, so that long work without words of its own shows there, too.
        """
        if time.monotonic() - self._told < _SECONDS_BETWEEN_REPORTS:
            return
        self._told = time.monotonic()
        if self._told - self._logged > _SECONDS_BETWEEN_LINES:
            self._logged = self._told
            log.info(f"{part:.0%}: {message}")
        said: Said = {"message": parts_of([message])}
        try:
            with spans.untraced(), unit_of_work() as work:
                jobs.tell(work.session, self.job_id, self.fence, part, message=message, said=said)
        except OperationalError as error:  # no reason to give up hours of work: the database will be back
            log.warning("progress was not told", error=str(error.orig)[:200])

    def stage(self, begin: float, end: float) -> "Stage":
        """Return a `progress` for one stage of the work, which fills begin..end of the whole."""
        return Stage(self, begin, end)

    @contextmanager
    def step(self) -> Iterator[UnitOfWork]:
        """Save a part of the work, unless the claim is lost; raises ClaimLost."""
        with unit_of_work() as work:
            # First, because it locks the job's row: a new claim waits until this part is in.
            if jobs.beat(work.session, self.job_id, self.fence) is None:
                raise ClaimLost
            yield work

    @contextmanager
    def finish(self, result: dict[str, Any]) -> Iterator[UnitOfWork]:
        """Save the results and end the job in one transaction; raises ClaimLost, and then saves nothing."""
        with unit_of_work() as work:
            if jobs.beat(work.session, self.job_id, self.fence) is None:
                raise ClaimLost
            yield work
            jobs.finish(work.session, self.job_id, self.fence, JobStatus.SUCCEEDED, result=result)


@dataclass
class Stage:
    """The progress of one stage, as a part of the whole job's."""

    claim: Claim
    begin: float
    end: float

    def __call__(self, part: float, message: str) -> None:
        """Tell how far this stage is (0..1)."""
        self.claim.progress(self.begin + part * (self.end - self.begin), message)

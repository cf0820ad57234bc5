"""What a job's process says, on its way into the job's log: structlog's lines, and logging's."""

import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from app.db import job_lines
from app.db.job_lines import MOST_LINES, Line
from app.db.session import unit_of_work
from app.domain.enums import LogLevel
from app.logs import as_line, formatter, pass_to_logging, printing_handler

_SECONDS_BETWEEN_WRITES = 0.25


class JobLog(logging.Handler):
    """Writes to a job's log from a thread of its own: work never waits for it, nor fails because of it."""

    def __init__(self, job_id: UUID) -> None:
        super().__init__()
        self._job_id = job_id
        self._lines: list[Line] = []
        self._guard = threading.Lock()
        self._some = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="job-log")
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Take what was said; it is written within a quarter of a second."""
        level = LogLevel.INFO
        if record.levelno >= logging.WARNING:
            level = LogLevel.ERROR if record.levelno >= logging.ERROR else LogLevel.WARNING
        with self._guard:
            self._lines += job_lines.lines_of(level, self.format(record))
        self._some.set()

    def close(self) -> None:
        """Write what is left."""
        self._over.set()
        self._some.set()
        self._thread.join()
        super().close()

    def _run(self) -> None:
        while not self._over.is_set():
            self._some.wait()
            self._write()
            self._over.wait(_SECONDS_BETWEEN_WRITES)
        self._write()

    def _write(self) -> None:
        self._some.clear()
        with self._guard:
            lines, self._lines = self._lines, []
        try:
            with unit_of_work() as work:
                job_lines.add(work.session, self._job_id, lines)
        except SQLAlchemyError as error:
            print(f"A job's log cannot be written: {error}", file=sys.stderr)  # logging would return here
            with self._guard:
                self._lines = [*lines, *self._lines][-MOST_LINES:]


@contextmanager
def job_log(job_id: UUID) -> Iterator[None]:
    """Keep all that this process says in the block, which it still prints as well."""
    kept = JobLog(job_id)
    kept.setFormatter(formatter(as_line))
    logging.basicConfig(handlers=[kept, printing_handler()], level=logging.WARNING, force=True)
    logging.getLogger("workers").setLevel(logging.INFO)
    logging.captureWarnings(capture=True)
    pass_to_logging()
    try:
        yield
    finally:
        kept.close()

"""Where the time of a job goes, so that what is no computing can be told from what is."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from app.traces import spans

log = structlog.get_logger()


class Timings:
    """Seconds by part, as a job's result shows them, its log, and its trace."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Add the time of a block to a part."""
        begun = time.perf_counter()
        with spans.span(name):
            yield
        took = time.perf_counter() - begun
        self.seconds[name] = round(self.seconds.get(name, 0.0) + took, 3)
        log.info(f"{name} took {took:.1f} s")

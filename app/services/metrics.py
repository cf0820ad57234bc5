"""What Prometheus is told of the deployment, as the database has it at this moment."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.db.figures import figures

# By the name of the figure: the metric's name, what it is, and the labels of each row before its value.
_GAUGES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "open_items": ("queue_items", "Open queue items of cycles that people label", ()),
    "oldest_lease": (
        "oldest_lease_seconds",
        "How long ago the oldest image that somebody holds was handed to them",
        (),
    ),
    "answers": ("answers_per_minute", "Answers of the last minute", ()),
    "live_jobs": ("jobs", "Jobs that wait or run", ("kind", "status")),
    "oldest_queued_job": ("oldest_queued_job_seconds", "How long ago the oldest job that waits was made", ()),
    "ended_jobs": ("jobs_ended", "Jobs that ended within the last hour", ("kind", "status")),
    "cycles": ("cycles", "Cycles that are not done", ("state",)),
    "images": ("images", "Images by split", ("split",)),
    "workers": ("workers", "Living workers", ()),
    "training_speed": ("training_images_per_second", "Speed of the last training", ()),
}
_QUANTILES = ("0.5", "0.95", "1")


class DeploymentCollector:
    """A collector of prometheus_client over one session.

    Without a database it says `nextbatch_database_up 0` and nothing else.
    """

    def __init__(self, db: Session) -> None:
        self._db = db

    def collect(self) -> Iterator[Metric]:
        """Yield all metrics."""
        try:
            found = figures(self._db, datetime.now(UTC))
        except SQLAlchemyError:
            self._db.rollback()
            yield _gauge("database_up", "Whether the database answers in time", value=0)
            return
        yield _gauge("database_up", "Whether the database answers in time", value=1)
        for figure, (name, what, labels) in _GAUGES.items():
            metric = _gauge(name, what, labels)
            for row in found[figure]:
                metric.add_metric([str(value) for value in row[:-1]], float(row[-1]))
            yield metric
        yield _durations(found["job_seconds"])
        yield from _gpus(found["gpus"])


def _gauge(
    name: str, what: str, labels: tuple[str, ...] = (), value: float | None = None
) -> GaugeMetricFamily:
    named = labels if value is None else None
    return GaugeMetricFamily(f"nextbatch_{name}", what, value=value, labels=named)


def _durations(rows: list[Any]) -> Metric:
    what = "Seconds that the jobs took which succeeded within the last hour: median, 95th percentile, longest"
    metric = _gauge("job_seconds", what, ("kind", "quantile"))
    for kind, seconds in rows:
        for quantile, value in zip(_QUANTILES, seconds, strict=True):
            metric.add_metric([kind, quantile], float(value))
    return metric


def _gpus(rows: list[Any]) -> Iterator[Metric]:
    used = _gauge("gpu_memory_used_bytes", "GPU memory in use, by whomever", ("machine", "gpu"))
    total = _gauge("gpu_memory_bytes", "GPU memory in all", ("machine", "gpu"))
    for machine, gpu, in_use, there in rows:
        used.add_metric([machine, gpu], in_use)
        total.add_metric([machine, gpu], there)
    yield used
    yield total

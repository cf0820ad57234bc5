"""The Celery application of workers and scheduler."""

import logging
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_init, worker_shutdown

from app.config import get_settings
from app.domain.enums import WorkerQueue
from app.domain.tasks import SWEEP
from app.logs import set_up_logs
from app.traces.exporting import check_library, send_last, set_up_traces

settings = get_settings()
check_library()  # here: what is raised in a signal of Celery's is only logged
celery_app = Celery("nextbatch", broker=settings.redis_url, include=["workers.tasks.celery_tasks"])
celery_app.conf.update(
    # Threads: each only watches a child process that does the work, and can be killed with it.
    worker_pool="threads",
    worker_prefetch_multiplier=1,
    task_ignore_result=True,
    task_queues={queue.value: {"routing_key": queue.value} for queue in WorkerQueue},
    task_default_queue=WorkerQueue.CPU.value,
    task_create_missing_queues=False,
    # Messages are acknowledged as they are taken: the job row, not the message, knows what is unfinished.
    task_acks_late=False,
    broker_transport_options={"visibility_timeout": settings.visibility_timeout},
    broker_connection_retry_on_startup=True,
    worker_hijack_root_logger=False,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    beat_schedule={
        "sweep": {
            "task": SWEEP,
            "schedule": settings.sweep_seconds,
            # A sweep that could not run in time is worth nothing: the next one does the same.
            "options": {"expires": max(1.0, settings.sweep_seconds * 2)},
        }
    },
    beat_scheduler="celery.beat:Scheduler",  # keeps no file: the schedule is the line above
)


@setup_logging.connect
def _log_as_set(loglevel: int | str = logging.INFO, **_: Any) -> None:
    """Let Celery's lines be as all others."""
    set_up_logs(logging.getLevelName(loglevel) if isinstance(loglevel, str) else loglevel)


@worker_init.connect
def _trace_as_set(**_: Any) -> None:
    """Send traces of what this worker does; the scheduler has none."""
    set_up_traces("worker")


@worker_shutdown.connect
def _send_last_traces(**_: Any) -> None:
    send_last()

"""The Celery tasks: names and wiring, nothing else."""

import threading
from typing import Any
from uuid import UUID

from celery.signals import worker_ready, worker_shutting_down
from sqlalchemy.exc import SQLAlchemyError

from app.db import heartbeats
from app.db.session import unit_of_work
from app.domain.tasks import QUEUE_OF, RUN_JOB, SWEEP
from workers.celery_app import celery_app
from workers.gpu_memory import gpu_memory
from workers.process_name import process_name
from workers.tasks import runner
from workers.tasks.helping import help_others
from workers.tasks.sweep import sweep

_BEAT_SECONDS = 10.0


@celery_app.task(name=RUN_JOB)
def run_job(job_id: str) -> None:
    """Do one job."""
    runner.run_job(UUID(job_id))


@celery_app.task(name=SWEEP)
def run_sweep() -> None:
    """Look for lost messages and dead workers."""
    sweep()


@worker_ready.connect
def _begin(sender: Any, **_: Any) -> None:
    runner.get_ready()
    threading.Thread(target=_beat, daemon=True, name="heartbeat").start()
    mine = sender.app.amqp.queues.consume_from
    kinds = [kind for kind, queue in QUEUE_OF.items() if queue.value in mine]
    threading.Thread(target=help_others, args=(kinds,), daemon=True, name="helping").start()


def _beat() -> None:
    name = process_name()
    while not runner.stopping.is_set():
        gpus = gpu_memory()
        try:
            with unit_of_work() as work:
                heartbeats.beat(work.session, name, gpus)
        except SQLAlchemyError as error:
            runner.log.warning("heartbeat_failed", error=str(error))
        runner.stopping.wait(_BEAT_SECONDS)


@worker_shutting_down.connect
def _stop(**_: Any) -> None:
    """Give running jobs back at once: they go on from their checkpoints elsewhere, or after the restart."""
    runner.stopping.set()

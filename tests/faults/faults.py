"""Everything that befalls the service, by name."""

import random
import time
from collections.abc import Callable

from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from app.db.models import Job
from app.db.outbox import messenger
from app.db.session import unit_of_work
from app.domain.enums import JobStatus
from app.domain.tasks import QUEUE_OF, RUN_JOB
from tests.faults.world import STALE_SECONDS, World

Fault = Callable[[World, random.Random], None]
_TRAINING_SECONDS = 8.0


def kill_the_worker(world: World, _: random.Random) -> None:
    world.kill("worker")


def kill_the_training(world: World, _: random.Random) -> None:
    """Wait for a job to be at work, and kill its process."""
    until = time.monotonic() + _TRAINING_SECONDS
    while not world.kill_jobs() and time.monotonic() < until:
        time.sleep(0.1)


def kill_the_api(world: World, _: random.Random) -> None:
    world.kill("api")


def kill_the_scheduler(world: World, _: random.Random) -> None:
    world.kill("scheduler")


def crash_postgres(world: World, _: random.Random) -> None:
    world.crash_postgres()


def crash_the_broker(world: World, _: random.Random) -> None:
    world.crash_broker()


def empty_the_broker(world: World, _: random.Random) -> None:
    world.empty_broker()


def fill_the_store(world: World, rng: random.Random) -> None:
    if world.store_can_be_filled:
        world.fill_store(rng.uniform(1, 4))


def jump_the_clock(_world: World, _: random.Random) -> None:
    """Let all leases be over, as if an hour had passed at once."""
    with unit_of_work() as work:
        for table, column in (("assignments", "expires_at"), ("queue_items", "leased_until")):
            work.session.execute(text(f"UPDATE {table} SET {column} = {column} - interval '1 hour'"))


def double_the_scheduler(world: World, rng: random.Random) -> None:
    other = world.add("scheduler")
    time.sleep(rng.uniform(2, 4))
    world.remove(other)


def hand_jobs_to_two_workers(world: World, rng: random.Random) -> None:
    """Start a second worker, and send every message of every unfinished job again, twice."""
    other = world.add("worker")
    for _ in range(3):
        time.sleep(rng.uniform(1, 2))
        with unit_of_work() as work:
            unfinished = Job.status.in_((JobStatus.QUEUED, JobStatus.RUNNING))
            jobs = list(work.session.execute(select(Job.id, Job.kind).where(unfinished)))
        for job_id, kind in jobs * 2:
            messenger().send_task(RUN_JOB, args=[str(job_id)], queue=QUEUE_OF[kind].value)
    world.remove(other)


def hang_the_worker(world: World, rng: random.Random) -> None:
    world.hang_worker(STALE_SECONDS + rng.uniform(1, 2))


def deploy(world: World, _: random.Random) -> None:
    """A new API beside the old worker; then the worker, too."""
    world.restart("api")
    time.sleep(2)
    world.restart("worker")


def deploy_the_next_version(world: World, _: random.Random) -> None:
    """Wider tables and a new API beside the old worker; while that one works, the worker, too."""
    world.widen_tables()
    world.restart("api")
    until = time.monotonic() + _TRAINING_SECONDS
    while not world.job_processes() and time.monotonic() < until:
        time.sleep(0.1)
    world.restart("worker")


FAULTS: tuple[Fault, ...] = (
    kill_the_worker,
    kill_the_training,
    kill_the_api,
    kill_the_scheduler,
    crash_postgres,
    crash_the_broker,
    empty_the_broker,
    fill_the_store,
    jump_the_clock,
    double_the_scheduler,
    hand_jobs_to_two_workers,
    hang_the_worker,
    deploy,
    deploy_the_next_version,
)


def commit(fault: Fault, world: World, rng: random.Random) -> None:
    """Let it happen, even while an earlier one is not over."""
    while True:
        try:
            fault(world, rng)
            return
        except OperationalError:  # the database is away: ours is no better than others' line
            time.sleep(0.2)
